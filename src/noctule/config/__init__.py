"""The cf language: from the text of a sendmail.cf to declarations, every one with its place in the file.

Called by: assembly, commands.  May import: base, symbols.
Reading never raises for what a file says: all complaints, in Sendmail's words, are collected in the `Configuration`.
Files, commands, maps and accounts that a line asks for come through a passed-in `Opener`.
"""

from noctule.config.complaints import Complaint, Severity
from noctule.config.model import Configuration, Filter, MapDeclaration, Opener, QueueGroup
from noctule.config.option_table import option_names
from noctule.config.options import Options
from noctule.config.ports import DaemonPort
from noctule.config.presets import preset
from noctule.config.reader import read
from noctule.config.tls_options import SSL_OPTIONS, TlsWishes, read_tls_wishes, ssl_options, tls_pairs
from noctule.config.translate import macro_name, translate

__all__ = [
    "SSL_OPTIONS",
    "Complaint",
    "Configuration",
    "DaemonPort",
    "Filter",
    "MapDeclaration",
    "Opener",
    "Options",
    "QueueGroup",
    "Severity",
    "TlsWishes",
    "macro_name",
    "option_names",
    "preset",
    "read",
    "read_tls_wishes",
    "ssl_options",
    "tls_pairs",
    "translate",
]
