import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.directory import FilterError, escaped
from noctule.directory.ber import elements
from noctule.directory.filters import encoded_filter


def spelled(data: bytes) -> str:
    """An encoded filter in a form of its own, for people to compare."""
    ((tag, content),) = elements(data)
    if tag in {0xA0, 0xA1, 0xA2}:
        return {0xA0: "and", 0xA1: "or", 0xA2: "not"}[tag] + f"[{', '.join(map(spelled, split(content)))}]"
    if tag == 0x87:
        return f"{content.decode()} present"
    if tag == 0xA4:
        (_, name), (_, pieces) = elements(content)
        kinds = {0x80: "^", 0x81: "", 0x82: "$"}
        return f"{name.decode()} has " + ",".join(
            kinds[kind] + piece.decode("latin-1") for kind, piece in elements(pieces)
        )
    if tag == 0xA9:
        return "extended " + " ".join(f"{kind & 0xF}:{piece.decode('latin-1')!r}" for kind, piece in elements(content))
    (_, name), (_, value) = elements(content)
    return f"{name.decode()} { {0xA3: '=', 0xA5: '>=', 0xA6: '<=', 0xA8: '~='}[tag] } {value.decode('latin-1')!r}"


def split(content: bytes) -> Iterator[bytes]:
    for tag, inside in elements(content):
        yield (
            bytes((tag,))
            + (bytes((len(inside),)) if len(inside) < 128 else b"\x82" + len(inside).to_bytes(2, "big"))
            + inside
        )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("(uid=alice)", "uid = 'alice'"),
        ("uid=alice", "uid = 'alice'"),
        (" ( uid=alice ) ", "uid = 'alice '"),
        ("(uid=)", "uid = ''"),
        ("(uid=a=b)", "uid = 'a=b'"),
        ("(cn;lang-de=x)", "cn;lang-de = 'x'"),
        ("(uid=*)", "uid present"),
        ("(uid>=5)", "uid >= '5'"),
        ("(uid<=5)", "uid <= '5'"),
        ("(uid~=5)", "uid ~= '5'"),
        (r"(uid=\2a\28\29\5C\00)", r"uid = '*()\\\x00'"),
        ("(uid=a*)", "uid has ^a"),
        ("(uid=*a)", "uid has $a"),
        ("(uid=*a*)", "uid has a"),
        (r"(uid=a*b*\2a*c)", "uid has ^a,b,*,$c"),
        ("(&(a=1)(b=2))", "and[a = '1', b = '2']"),
        ("(| (a=1) (!(b=2)) )", "or[a = '1', not[b = '2']]"),
        ("(&)", "and[]"),
        ("(&(|(a=1)(b=2))(c=3))", "and[or[a = '1', b = '2'], c = '3']"),
        ("(cn:dn:2.4.6:=x)", "extended 1:'2.4.6' 2:'cn' 3:'x' 4:'\xff'"),
        ("(:caseExactMatch:=x)", "extended 1:'caseExactMatch' 3:'x'"),
        ("(uid=f\xfcnf)", "uid = 'f\xfcnf'"),
    ],
)
def test_filters(text: str, meaning: str) -> None:
    assert spelled(encoded_filter(text)) == meaning


NO_FILTERS = [
    *("", "(", ")", "()", "(uid)", "(uid=a", "uid=a)b(", "(uid=a)(b=c)", "(!(a=1)(b=2))", "(!)", "(&(a=1)"),
    *(r"(uid=\2)", r"(uid=\zz)", "(&(a=1)b)", "(=a)", "(uid=**)", "(:=x)", "(uid=\u2603)", "(uid=a(b)"),
    *("(" * 100, "(!" * 100 + "(a=1)" + ")" * 100, f"(uid={'x' * 20_000})"),
]


@pytest.mark.parametrize("text", NO_FILTERS)
def test_what_is_no_filter_is_said_to_be_none(text: str) -> None:
    with pytest.raises(FilterError):
        encoded_filter(text)


@given(st.text(st.characters(max_codepoint=255)))
def test_an_escaped_value_stands_for_itself(value: str) -> None:
    assert spelled(encoded_filter(f"(uid={escaped(value)})")) == f"uid = {value!r}"


@given(st.text(alphabet="()&|!=*<>~:\\2a \xff\x00", max_size=60))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    with contextlib.suppress(FilterError):
        list(elements(encoded_filter(text)))
