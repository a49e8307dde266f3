"""SASLprep (RFC 4013): one spelling for names and passwords that look the same."""

import stringprep
import unicodedata

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def saslprep(text: str) -> str:
    """The prepared form of Unicode text.  Raises ValueError for what may not stand in a name or password."""
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(" " if stringprep.in_table_c12(c) else c for c in text if not stringprep.in_table_b1(c))
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    for c in prepared:
        if any(prohibited(c) for prohibited in _PROHIBITED):
            raise ValueError("prohibited character")
        if stringprep.in_table_a1(c):
            raise ValueError("unassigned character")
    if any(stringprep.in_table_d1(c) for c in prepared):
        ends_right = stringprep.in_table_d1(prepared[0]) and stringprep.in_table_d1(prepared[-1])
        if not ends_right or any(stringprep.in_table_d2(c) for c in prepared):
            raise ValueError("mixed directions")
    return prepared


def prepared_bytes(data: bytes) -> bytes:
    """The same for bytes of UTF-8; what cannot be prepared stays as it is, as other servers leave it."""
    try:
        return saslprep(data.decode("utf-8")).encode("utf-8")
    except ValueError:
        return data
