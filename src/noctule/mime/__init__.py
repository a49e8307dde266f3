"""Getting 8-bit messages through 7-bit hosts: whether to convert, to base64 and quoted-printable and back.

Called by: deliver (what to send), assembly.  May import: base, mail.  RFC 2045, 2046, 6152.
"""

from noctule.mime.decision import EightBitMode, Handling, handling
from noctule.mime.eight_bit import to_eight_bit
from noctule.mime.encoding import base64_lines, quoted_printable
from noctule.mime.limits import MimeLimits
from noctule.mime.seven_bit import MimeSettings, to_seven_bit

__all__ = [
    "EightBitMode",
    "Handling",
    "MimeLimits",
    "MimeSettings",
    "base64_lines",
    "handling",
    "quoted_printable",
    "to_eight_bit",
    "to_seven_bit",
]
