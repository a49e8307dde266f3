import pytest

from noctule.receive.features import Features, read_features
from noctule.smtp.data import Bare


def test_nothing_is_loosened_unless_the_site_says_so() -> None:
    assert read_features([]) == (Features(), [])
    assert Features().bare_lf is Bare.REFUSED
    assert not Features().any_end


@pytest.mark.parametrize(
    ("letters", "changed"),
    [
        ("G", {"bare_lf": Bare.LINE_END}),
        ("g2", {"bare_lf": Bare.BLANK}),
        ("U", {"bare_cr": Bare.BLANK}),
        ("u2", {"bare_cr": Bare.BLANK}),
        ("O", {"any_end": True}),
        ("F", {"wait_for_replies": False}),
        ("P", {"pipelining": False}),
        ("h", {"refuse_http": True}),
        ("D X B E", {"dsn": False, "expn": False, "verb": False, "etrn": False}),
        ("G g", {}),
        ("n p", {"one_by_one": True}),
        ("n N", {}),
        ("A l c", {"auth": False, "auth_required": True, "protected_passwords": True}),
        ("S V", {"starttls": False, "asks_certificate": False}),
        ("R", {"asks_certificate": False}),
        ("V r", {"asks_certificate": True}),
    ],
)
def test_letters(letters: str, changed: dict[str, object]) -> None:
    features, unknown = read_features(letters.split())
    assert not unknown
    for name in Features.__slots__:
        assert getattr(features, name) == changed.get(name, getattr(Features(), name))


def test_unknown_ones_are_named() -> None:
    assert read_features(["q", "g3", "o"])[1] == ["unknown feature q", "unknown variant g3"]
