from noctule.base.debug import Debug
from noctule.base.questions import NO_SUCH_MAP, NOT_FOUND, TEMPORARY, Question, found
from noctule.config import MapDeclaration
from noctule.rewrite.printing import Printer, in_table_order, mailer_line, seven_bit, spelled
from noctule.symbols import codes
from noctule.symbols.mailers import Mailer
from rewrite.rig import DATA, Machine, World


def test_spelling() -> None:
    assert spelled(f"a{codes.MATCH_CLASS}{codes.named('w')}") == "a$=w"
    assert spelled("\xe9\t\x01\x80") == "M-i\\tM-"
    assert seven_bit("\xe9") == "i"


def test_class_members_come_in_the_order_of_the_table() -> None:
    names = ["[127.0.0.1]", "mail.example.test", "vm", "[192.0.2.2]", "localhost"]
    assert in_table_order(names) == ["vm", "localhost", "mail.example.test", "[192.0.2.2]", "[127.0.0.1]"]


def _world() -> World:
    """Has the maps m, host, and closed, whose file is not there."""
    world = World(Machine.recorded())
    for name, map_class, arguments in (("m", "null", ""), ("host", "host", ""), ("closed", "text", "-o /no/such/file")):
        world.declare(MapDeclaration(name, map_class, arguments), DATA)
    return world


def _unheard(status: int) -> None:
    raise AssertionError(status)


def test_look_ups_are_shown_at_level_60() -> None:
    lines, world = list[str](), _world()
    printer = Printer(lines, Debug("60.5", lines.append), world.is_open, remark=world.remark, note=_unheard)
    printer.asked(Question("m", "k", ("a",)), found("v"))
    printer.asked(Question("m", "k"), NOT_FOUND)
    printer.asked(Question("host", "x.example"), TEMPORARY)
    assert lines == [
        "map_lookup(m, k, %0=k, %1=a) => v (0), ad=0\n",
        "map_lookup(m, k, %0=k) => NOT FOUND (0), ad=0\n",
        (
            "map_lookup(host, x.example, %0=x.example) => x.example: Name server timeout\nNOT FOUND (75), ad=0\n"
            "map_lookup(host, x.example) tempfail: errno=0\n"
        ),
    ]


def test_maps_that_cannot_be_asked_are_not_shown() -> None:
    lines, world = list[str](), _world()
    printer = Printer(lines, Debug("60.5", lines.append), world.is_open, remark=world.remark, note=_unheard)
    printer.asked(Question("nosuch", "k"), NO_SUCH_MAP)
    printer.asked(Question("closed", "k"), NOT_FOUND)
    assert lines == []


def test_without_level_60_only_remarks_are_shown() -> None:
    lines, world = list[str](), _world()
    printer = Printer(lines, Debug(), world.is_open, remark=world.remark, note=_unheard)
    printer.asked(Question("m", "k"), NOT_FOUND)
    printer.asked(Question("host", "x.example"), TEMPORARY)
    assert lines == ["x.example: Name server timeout\n"]


def test_a_mailer_is_listed_as_sendmail_lists_it() -> None:
    mailer = Mailer(
        name="x", number=4, path="[IPC]", flags=frozenset("muFXMD"), sender_header="5", recipient_envelope="a",
        recipient_header="a", argv=("TCP", "h", "25"), eol="\r\n", max_message_size=100, max_recipients=7,
        line_limit=5, charset="iso-8859-1", mta_type="a", address_type="b", diagnostic_type="c", user="1:2",
    )  # fmt: skip
    assert mailer_line(mailer, lambda name: name or "0", lambda _: (1, 2)) == (
        "mailer 4 (x): P=[IPC] S=0/5 R=a/a M=100 U=1:2 F=DFMXmu L=5 E=\\r\\n C=iso-8859-1 T=a/b/c r=7 A=TCP h 25\n"
    )
