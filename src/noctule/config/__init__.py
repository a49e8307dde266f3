"""The cf language: from the text of a sendmail.cf to declarations, every one with its place in the file.

Called by: assembly, commands; rewrite's callers use `translate`.  May import: base, symbols.
Reading never raises for what a file says: all complaints, in Sendmail's words, are collected in the `Configuration`.
Files, commands and maps that a line asks for come through a passed-in opener.
"""

from noctule.config.translate import macro_name, translate

__all__ = ["macro_name", "translate"]
