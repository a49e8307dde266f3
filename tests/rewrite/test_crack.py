import json
import lzma

from hypothesis import given
from hypothesis import strategies as st

from noctule.rewrite.addresses import AddressSettings
from noctule.rewrite.crack import NAME, crack
from noctule.rewrite.printing import spelled
from rewrite import rig

STYLE = AddressSettings()


def shown(field: str, style: AddressSettings = STYLE) -> str:
    return crack(field, style).replace(NAME, "$g")


def test_fields_are_cracked_as_sendmail_does() -> None:
    recorded = json.loads(lzma.decompress((rig.DATA / "cracked.json.xz").read_bytes()))
    assert len(recorded) > 2500
    wrong = [(field, shown(field), want) for field, want in recorded if spelled(shown(field)) != want]
    assert wrong == []


def test_colons_belong_to_the_address_when_groups_are_off() -> None:
    assert shown("friends: joe@x, ann@y;") == "friends: $g;"
    assert shown("friends: joe@x", AddressSettings(colon_ok=True)) == "$g"


def test_only_the_characters_of_the_option_need_quotes() -> None:
    assert shown("J. Doe <j@x>") == '"J. Doe" <$g>'
    assert shown("J. Doe <j@x>", AddressSettings(must_quote="!")) == "J. Doe <$g>"


def test_what_is_too_long_is_given_up() -> None:
    assert shown("x" * 300 + " <a@b>") == "<$g>"


@given(st.text(alphabet='ab<>()"\\:;, @[].', max_size=40))
def test_any_field_comes_out_with_at_most_one_address(field: str) -> None:
    assert crack(field, STYLE).count(NAME) <= 2  # two for a group of which nothing is known
