import pytest

from noctule.rewrite.results import Rejected, error_triple


@pytest.mark.parametrize(
    ("host", "user", "reply"),  # as an SMTP client of the real Sendmail saw them
    [
        ("5.7.1", '"550 no"', "550 5.7.1 no"),
        ("5.7.1", "no code", "553 5.3.0 no code"),
        ("", "451 x", "451 4.0.0 x"),
        ("tempfail", "451 x", "451 4.0.0 x"),
        ("nouser", '"no code"', "553 5.3.0 no code"),
        ("5.5.5", '"550 5.6.6 both"', "550 5.6.6 both"),
        ("4.7.1", '"450 tempo"', "450 4.7.1 tempo"),
        ("5.7.1", '"450 tempo"', "450 5.7.1 tempo"),
        ("4.7.1", '"550 perm"', "550 4.7.1 perm"),
        ("67", "551 moved", "551 5.0.0 moved"),
        ("", "552-multi", "553 5.3.0 552-multi"),
        ("", "250 ok", "250 2.0.0 ok"),
        ("", "999 odd", "999  odd"),
        ("", "354 odd", "354  odd"),
        ("", "550 5.1.1", "550 5.0.0 5.1.1"),
        ("", "550", "553 5.3.0 550"),
        ("5.1.1", "550 5.1.1x y", "550 5.1.1 5.1.1x y"),
        ("5.1", "550 z", "550 5.0.0 z"),
        ("", '"550 quoted"and more"text"', "550 5.0.0 quotedand moretext"),
    ],
)
def test_replies(host: str, user: str, reply: str) -> None:
    error = error_triple(host, user)
    assert f"{error.code} {error.enhanced} {error.text}" == reply


@pytest.mark.parametrize(
    ("host", "status"),  # exit statuses of the real Sendmail
    [
        ("5.0.0", 69), ("5.1.0", 65), ("5.1.1", 67), ("5.1.2", 68), ("5.1.3", 64), ("5.1.4", 69), ("5.1.5", 78),
        ("5.1.6", 67), ("5.1.7", 64), ("5.1.8", 68), ("5.2.2", 69), ("5.2.3", 65), ("5.3.0", 71), ("5.3.5", 71),
        ("5.4.0", 74), ("5.4.1", 75), ("5.4.2", 74), ("5.4.4", 76), ("5.4.6", 78), ("5.4.7", 69), ("5.5.4", 76),
        ("5.6.1", 69), ("5.7.1", 65), ("5.8.1", 69), ("4.1.1", 75), ("2.1.5", 0), ("nouser", 67), ("nohost", 68),
        ("usage", 64), ("unavailable", 69), ("software", 70), ("tempfail", 75), ("protocol", 76), ("config", 78),
        ("junk", 69), ("67", 67), ("NoUser", 67), ("noperm", 69), ("", 69),
    ],
)  # fmt: skip
def test_exit_statuses(host: str, status: int) -> None:
    assert error_triple(host, "550 t").status == status


def test_a_temporary_reply_changes_no_exit_status() -> None:
    assert error_triple("nouser", "450 t").status == 67


def test_some_replies_name_the_address() -> None:
    assert Rejected(550, "5.7.1", "no").about("<a@b>") == "<a@b>... no"
    assert Rejected(551, "5.0.0", "moved").about("<a@b>") == "moved"
    assert Rejected(550, "5.7.1", "no").about("") == "no"
    assert Rejected(450, "4.7.1", "later").temporary
