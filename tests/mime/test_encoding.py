import pytest

from noctule.mime.encoding import base64_lines, prefers_base64, quoted_printable


@pytest.mark.parametrize(
    ("plain", "quoted"),
    [
        (b"caf\xe9 = x\r\n", b"caf=E9 =3D x\r\n"),
        (b"blank \r\ntab\t\r\n", b"blank=20\r\ntab=09\r\n"),
        (b".\r\n..\r\n", b"=2E\r\n..\r\n"),
        (b"x" * 73 + b"\r\n", b"x" * 73 + b"\r\n"),
        (b"x" * 74 + b"\r\n", b"x" * 73 + b"=\r\nx\r\n"),
        (b"x" * 72 + b"\xe9y", b"x" * 72 + b"=E9=\r\ny"),
        (b"x" * 71 + b"\xe9y", b"x" * 71 + b"=E9=\r\ny"),
        (b"x" * 70 + b"\xe9y", b"x" * 70 + b"=E9=\r\ny"),
        (b"x" * 71 + b"\xe9", b"x" * 71 + b"=E9"),
        (b"a\rb\nc", b"a=0Db=0Ac"),
        (b"", b""),
    ],
)
def test_quoted_printable(plain: bytes, quoted: bytes) -> None:
    assert quoted_printable(plain) == quoted


def test_base64_has_lines_of_72() -> None:
    assert [len(line) for line in base64_lines(b"x" * 110).split(b"\r\n")] == [72, 72, 4]
    assert base64_lines(b"") == b""


@pytest.mark.parametrize(
    ("data", "preferred"),
    [
        (b"\xe9" * 7 + b"a" * 47 + b"\r\n", True),
        (b"\xe9" * 7 + b"a" * 48 + b"\r\n", False),
        (b"abc", False),
        (b"\xe9", True),
    ],
)
def test_an_eighth_decides(data: bytes, preferred: bool) -> None:
    assert prefers_base64(data) is preferred
