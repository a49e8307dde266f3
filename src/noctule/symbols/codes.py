"""Code points for the `$` forms of a cf line.

When a line is read, `$*`, `$x`, `$&{name}` ... become single code points from a private area (text
itself is byte text, at most U+00FF, so the two cannot collide; Sendmail reused bytes 0200-0237 and had to quote them).
A macro reference is `MACRO` (or `DEFERRED`) followed by the name between `NAME_BEGIN` and `NAME_END`.
"""

MATCH_ANY = "\uf700"  # $*
MATCH_ONE_OR_MORE = "\uf701"  # $+
MATCH_ONE = "\uf702"  # $-
MATCH_CLASS = "\uf703"  # $=X, name follows
MATCH_NOT_CLASS = "\uf704"  # $~X, name follows
MAILER = "\uf705"  # $#
HOST = "\uf706"  # $@ (on the left: zero tokens)
USER = "\uf707"  # $:
CALL = "\uf708"  # $>
IF = "\uf709"  # $?x, name follows
ELSE = "\uf70a"  # $|
FI = "\uf70b"  # $.
HOST_BEGIN = "\uf70c"  # $[
HOST_END = "\uf70d"  # $]
MAP_BEGIN = "\uf70e"  # $(
MAP_END = "\uf70f"  # $)
DEFERRED = "\uf710"  # $&x, name follows
MACRO = "\uf711"  # $x, name follows
NAME_BEGIN = "\uf712"
NAME_END = "\uf713"
REPLACEMENT = {digit: chr(0xF720 + digit) for digit in range(10)}  # $0 .. $9

SPELLING = {
    MATCH_ANY: "$*",
    MATCH_ONE_OR_MORE: "$+",
    MATCH_ONE: "$-",
    MATCH_CLASS: "$=",
    MATCH_NOT_CLASS: "$~",
    MAILER: "$#",
    HOST: "$@",
    USER: "$:",
    CALL: "$>",
    IF: "$?",
    ELSE: "$|",
    FI: "$.",
    HOST_BEGIN: "$[",
    HOST_END: "$]",
    MAP_BEGIN: "$(",
    MAP_END: "$)",
    DEFERRED: "$&",
    MACRO: "$",
} | {code: f"${digit}" for digit, code in REPLACEMENT.items()}

BYTES = {  # what the codes are inside Sendmail
    MACRO: "\x81",
    DEFERRED: "\x82",
    MAP_BEGIN: "\x85",
    MAP_END: "\x86",
    MATCH_ANY: "\x90",
    MATCH_ONE_OR_MORE: "\x91",
    MATCH_ONE: "\x92",
    MATCH_CLASS: "\x93",
    MATCH_NOT_CLASS: "\x94",
    MAILER: "\x96",
    HOST: "\x97",
    USER: "\x98",
    CALL: "\x99",
    IF: "\x9a",
    ELSE: "\x9b",
    FI: "\x9c",
    HOST_BEGIN: "\x9d",
    HOST_END: "\x9e",
} | {code: f"\x95{digit}" for digit, code in REPLACEMENT.items()}


def named(name: str) -> str:
    """The name part of a reference: `j` or `client_addr`, without braces."""
    return f"{NAME_BEGIN}{name}{NAME_END}"
