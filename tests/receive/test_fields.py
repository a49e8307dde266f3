import pytest

from noctule.mail.envelope import HeaderField
from noctule.receive import fields
from noctule.symbols import codes
from noctule.symbols.headers import HeaderTemplate
from noctule.symbols.macros import Macros

G = codes.MACRO + codes.named("g")
TEMPLATES = (
    HeaderTemplate(name="Return-Path", value=f" <{G}>", flags=frozenset("P")),
    HeaderTemplate(name="Received", value=" by here;\n\tnow"),
    HeaderTemplate(name="Resent-Date", value=" today", flags=frozenset("D")),
    HeaderTemplate(name="Date", value=" today", flags=frozenset("D")),
    HeaderTemplate(name="From", value=f" {G}", flags=frozenset("FM")),
    HeaderTemplate(name="Full-Name", value=codes.MACRO + codes.named("x")),
    HeaderTemplate(name="X-Verdict", value=" bad", macro="spam"),
    HeaderTemplate(name="Subject", ruleset="Check"),
)


def complete(*own: tuple[str, str]) -> list[tuple[str, str, str]]:
    scope = Macros(values={"g": "a@b"})
    return [(f.name, f.value, f.condition) for f in fields.complete(own, TEMPLATES, scope)]


def test_templates_come_first_and_only_what_is_missing() -> None:
    assert complete(("DATE", " mine"), ("Received", " elsewhere"), ("Subject", " x")) == [
        ("Return-Path", f" <{G}>", "P"),
        ("Received", " by here;\r\n\tnow", ""),
        ("From", " a@b", "FM"),
        ("X-Verdict", " bad", "${spam}"),
        ("DATE", " mine", ""),
        ("Received", " elsewhere", ""),
        ("Subject", " x", ""),
    ]


def test_fields_without_a_value_give_way_to_their_template() -> None:
    header = complete(("date", "\r\n "), ("From", ""), ("From", " c@d"), ("X-Empty", ""))
    assert [(name, value) for name, value, _ in header[2:]] == [
        ("Date", " today"),
        ("X-Verdict", " bad"),
        ("From", " c@d"),
        ("X-Empty", ""),
    ]


def test_resent_fields_only_for_resent_messages() -> None:
    names = [name for name, _, _ in complete(("Resent-To", " x@y"))]
    assert names[2:4] == ["Resent-Date", "Date"]
    assert "Resent-Date" not in [name for name, _, _ in complete(("To", " x@y"))]


def test_warnings_stand_between() -> None:
    header = fields.complete([("A", " b")], TEMPLATES[:2], Macros(), ["host: x"])
    assert header[-2:] == (HeaderField("X-Authentication-Warning", " host: x"), HeaderField("A", " b"))


@pytest.mark.parametrize(
    ("action", "added"),
    [
        ("none", []),
        ("add-bcc", [("Bcc", " ")]),
        ("add-to-undisclosed", [("To", " undisclosed-recipients:;")]),
        ("add-to", [("To", " a@b, c")]),
        ("add-apparently-to", [("Apparently-To", " c"), ("Apparently-To", " a@b")]),
    ],
)
def test_no_recipient_action(action: str, added: list[tuple[str, str]]) -> None:
    assert fields.for_no_recipient(action, [("Subject", " x")], ["a@b", "c"]) == added
    assert fields.for_no_recipient(action, [("CC", " x")], ["a@b"]) == []


def test_facts() -> None:
    own = [("Received", " 1"), ("via", " 2"), ("Message-ID", " <x@y>\r\n (odd)"), ("Message-Id", " <z>")]
    assert fields.hops(own) == 2
    assert fields.first(own, "message-id") == "<x@y> (odd)"
    assert fields.first(own, "subject") == ""
