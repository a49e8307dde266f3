"""Decoding for mailers with F=9; what Sendmail makes of the same texts is in the dialogue case found-decoded."""

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mail.envelope import HeaderField
from noctule.mime import to_eight_bit

PLAIN = HeaderField("Content-Type", " text/plain; charset=x")
TEXT = st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r"), max_size=200)


def decoded(encoding: str, body: bytes, kind: HeaderField = PLAIN) -> bytes | None:
    fields = [kind, HeaderField("Content-Transfer-Encoding", f" {encoding}"), HeaderField("X-After", " y")]
    found = to_eight_bit(fields, body, "host", "id")
    if found is None:
        return None
    names = [(field.name, field.value) for field in found[0]]
    assert names == [
        (kind.name, kind.value),
        ("X-After", " y"),
        ("Content-Transfer-Encoding", " 8bit"),
        ("X-MIME-Autoconverted", f" from {encoding} to 8bit by host id id"),
    ]
    return found[1]


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("Quoted-Printable", b"caf=E9=3d\r\nlong= \r\nline\r\n", b"caf\xe9=\r\nlongline\r\n\r\n"),
        ("quoted-printable", b"last=\r\n", b"last\r\n"),
        ("quoted-printable", b"bad =zz escape\r\n", None),
        ("quoted-printable", b"nul =00\r\n", None),
        ("quoted-printable", b"bare =0D cr\r\n", None),
        ("quoted-printable", b"", b"\r\n"),
        ("BASE64", b"YQpi\r\nDQpj\r\n", b"a\r\nb\r\nc\r\n\r\n"),
        ("base64", b"YQ==\r\nYg==\r\n", b"ab\r\n\r\n"),
        ("base64", b"!!!\r\n", None),
        ("base64", b"YWJ\r\n", None),
        ("base64", b"", b"\r\n"),
        ("7bit", b"x\r\n", None),
        ("base64 (comment)", b"YQ==\r\n", None),
    ],
)
def test_decoded(encoding: str, body: bytes, expected: bytes | None) -> None:
    assert decoded(encoding, body) == expected


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "text", "text/plainer", ""])
def test_only_plain_text(kind: str) -> None:
    assert decoded("base64", b"YQ==\r\n", HeaderField("Content-Type", f" {kind}")) is None


@given(TEXT)
def test_what_was_encoded_comes_back(text: str) -> None:
    data = text.encode("latin-1")
    lines = data.replace(b"\n", b"\r\n")
    assert (decoded("base64", base64.encodebytes(data)) or b"").startswith(lines)
    assert (decoded("quoted-printable", quopri.encodestring(data).replace(b"\n", b"\r\n")) or b"").startswith(lines)
