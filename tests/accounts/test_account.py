import pytest

from noctule.accounts import Account, parse_passwd


@pytest.mark.parametrize(
    ("gecos", "expected"),
    [
        ("Bob Example,Room 2,555", "Bob Example"),
        ("& Example", "Carol Example"),
        ("*Starred Name", "Starred Name"),
        ("Semi;colon", "Semi"),
        ("", ""),
        (",,,", ""),
    ],
)
def test_full_name(gecos: str, expected: str) -> None:
    assert Account(name="carol", uid=1, gid=1, gecos=gecos).full_name == expected


def test_parse_skips_what_is_not_an_account() -> None:
    lines = ["# comment", "", "short:x:1", "bad:x:one:1::/:", "+::::::", "ok:x:7:8:Some One:/home/ok:/bin/sh\r\n"]
    assert list(parse_passwd(lines)) == [
        Account(name="ok", uid=7, gid=8, gecos="Some One", home="/home/ok", shell="/bin/sh")
    ]
