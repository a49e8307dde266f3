"""Conversions compared with those of Sendmail (record_oracle.py), and what it does worse left out."""

import base64
import email.policy
import json
import quopri
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mime.cases import CASES
from noctule.mail.envelope import HeaderField
from noctule.mime import MimeSettings, to_seven_bit

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "data" / "conversions.json").read_text())
SETTINGS = MimeSettings(host="mail.example.test", untouched=frozenset())
CLASSES = {
    "class-n": MimeSettings(host="mail.example.test", untouched=frozenset({"multipart/signed"})),
    "application-qp-class": MimeSettings(
        host="mail.example.test", untouched=frozenset(), quoted=frozenset({"application/octet-stream"})
    ),
}
OURS_IS_ANOTHER = {
    "multipart": "Sendmail strips the eighth bit around the parts, we put a question mark",
    "multipart-nested": "the same",
    "multipart-no-boundary": "Sendmail makes up a delimiter; we encode the whole",
    "multipart-inner-unended": "Sendmail takes the outer delimiter for one of the inner parts",
    "multipart-last-part-unended": "Sendmail adds the last delimiter",
    "multipart-ends-in-header": "Sendmail adds the last delimiter",
}


def split(message: bytes) -> tuple[tuple[HeaderField, ...], bytes]:
    header, _, body = message.partition(b"\r\n\r\n")
    fields = []
    for line in re.split(r"\r\n(?![ \t])", header.decode("latin-1")):
        name, _, value = line.partition(":")
        fields.append(HeaderField(name, value))
    return tuple(fields), body


def converted(message: bytes, settings: MimeSettings = SETTINGS) -> tuple[list[str], bytes]:
    fields, body = split(message)
    kept, new = to_seven_bit(fields, body, settings, "QID")
    return [f"{field.name}:{field.value}" for field in kept], new


def recorded(name: str) -> tuple[list[str], bytes]:
    """What Sendmail sent, without the field it always adds and with its queue id replaced."""
    message = re.sub(rb"(by mail\.example\.test) id \w+", rb"\1 id QID", RECORDED[name].encode("latin-1"))
    fields, body = split(message)
    return [f"{field.name}:{field.value}" for field in fields if field.name != "Received"], body


@pytest.mark.parametrize("name", [name for name in CASES if name not in OURS_IS_ANOTHER])
def test_conversion_is_sendmails(name: str) -> None:
    mine = converted(CASES[name].message, CLASSES.get(name, SETTINGS))
    theirs = recorded(name)
    assert sorted(mine[0]) == sorted(theirs[0])
    assert [line.split(":")[0] for line in mine[0] if "MIME" in line] == [
        line.split(":")[0] for line in theirs[0] if "MIME" in line
    ]
    assert mine[1].rstrip(b"\r\n") == theirs[1].rstrip(b"\r\n")


@pytest.mark.parametrize("name", OURS_IS_ANOTHER)
def test_what_sendmail_does_worse(name: str) -> None:
    _, body = converted(CASES[name].message)
    assert body.isascii()
    assert body.endswith(b"\r\n")


def test_text_around_the_parts_gets_question_marks() -> None:
    _, body = converted(CASES["multipart"].message)
    assert body.startswith(b"pre?amble\r\n--bb\r\n")
    assert body.endswith(b"\r\n--bb--\r\nepi?logue\r\n")


def test_the_outer_delimiter_ends_inner_parts() -> None:
    _, body = converted(CASES["multipart-inner-unended"].message)
    assert body.count(b"\r\n--bb\r\n") == 1
    assert body.count(b"6Xo=") == 1


def test_no_line_end_is_made_of_high_bytes() -> None:
    fields = (HeaderField("Content-Type", " multipart/mixed; boundary=b"),)
    _, body = to_seven_bit(fields, b"\x8d\x8a.\x8d\x8aMAIL\r\n--b--\r\n\x8d\x8a.\x8d\x8a", SETTINGS, "QID")
    assert body.replace(b"\r\n", b"").isascii()
    assert b"\r\n.\r\n" not in body


def test_depth_is_bounded() -> None:
    body = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (depth, depth + 1) for depth in range(200)
    )
    fields = (HeaderField("Content-Type", " multipart/mixed; boundary=b0"),)
    _, new = to_seven_bit(fields, body + b"\xe9\r\n", SETTINGS, "QID")
    assert new.isascii()


def test_conditions_of_fields_are_kept() -> None:
    fields = (HeaderField("Date", " now", "D"), HeaderField("Content-Transfer-Encoding", " 8bit"))
    kept, _ = to_seven_bit(fields, b"\xe9\r\n", SETTINGS, "QID")
    assert kept[0] == fields[0]
    assert [field.name for field in kept[1:]] == [
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "X-MIME-Autoconverted",
    ]


LINES = st.lists(st.binary(max_size=200).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b"")), max_size=20)


@given(LINES)
def test_a_leaf_decodes_to_what_it_was(lines: list[bytes]) -> None:
    body = b"".join(line + b"\r\n" for line in lines)
    kept, new = to_seven_bit((), body, SETTINGS, "QID")
    assert new.isascii()
    assert max((len(line) for line in new.split(b"\r\n")), default=0) <= (76 if not body.isascii() else 200)
    encoding = next((field.value.strip() for field in kept if field.name == "Content-Transfer-Encoding"), "")
    match encoding:
        case "base64":
            assert base64.b64decode(new) == body
        case "quoted-printable":
            assert quopri.decodestring(new) == body
        case _:
            assert new == body


STRUCTURE = st.lists(
    st.sampled_from(
        [
            b"--b\r\n", b"--b--\r\n", b"--c\r\n", b"--c--\r\n", b"\r\n", b"\xe9\r\n", b"x \r\n", b"\xe9",
            b"Content-Type: multipart/mixed; boundary=c\r\n", b"Content-Type: message/rfc822\r\n",
            b"Content-Transfer-Encoding: 8bit\r\n", b'Content-Type: multipart/x; boundary="\r\n',
        ]
    ),
    max_size=25,
)  # fmt: skip


@given(STRUCTURE)
@example([b"\xe9", b"--b--\r\n"])
def test_no_structure_gets_the_better_of_it(pieces: list[bytes]) -> None:
    fields = (HeaderField("Content-Type", " multipart/mixed; boundary=b"),)
    body = b"".join(pieces)
    kept, new = to_seven_bit(fields, body, SETTINGS, "QID")
    assert new.translate(None, b"\xe9").isascii()
    header = "".join(f"{field.name}:{field.value}\r\n" for field in kept).encode()
    email.message_from_bytes(header + b"\r\n" + new, policy=email.policy.default)
    ends = re.compile(rb"^--b--", re.MULTILINE)  # in the middle of a line it ends nothing
    assert len(ends.findall(new)) == len(ends.findall(body))
