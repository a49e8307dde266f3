"""Whom an expansion could not find, in the log."""

import pytest

from deliver.support import Lines, envelope, recipient
from noctule.deliver.expansions import say_expansion
from noctule.mail.envelope import Controller
from noctule.mail.outcome import Deferred, Failed
from noctule.observe.log import Log
from noctule.route.results import Expansion, Note, NoteKind

LIST = Controller(address="<friends@example.org>", uid=1, gid=1, user="daemon")


def said(expansion: Expansion, level: int = 11) -> list[str]:
    lines = Lines()
    say_expansion(Log(lines, level), envelope(priority=30014, created=1000.0), expansion, 1002.0)
    return lines.lines


def test_who_is_unknown_or_put_off_has_a_line_and_the_others_have_none_yet() -> None:
    members = (recipient(1, "b@x"), recipient(2, "nobody", "local", controller=LIST), recipient(3, "later", "local"))
    unknown = Failed(status="5.1.1", text="User unknown", reply="550 5.1.1 User unknown")
    expansion = Expansion(recipients=members, outcomes={2: unknown, 3: Deferred(status="4.3.0", text="no database")})
    lost, later = (line.partition(": ")[2] for line in said(expansion))
    start = "to=<nobody>, ctladdr=<friends@example.org> (1/1), delay=00:00:02, mailer=local, pri=30014, dsn=5.1.1, "
    assert lost == start + "reply=550 5.1.1 User unknown, stat=User unknown"
    assert later == "to=<later>, delay=00:00:02, mailer=local, pri=30014, stat=queued"


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (NoteKind.ALIAS, "alias friends => b, c"),
        (NoteKind.FORWARD, "forward friends => b, c"),
        (NoteKind.FORWARD_UNUSABLE, "forward friends: b, c"),
        (NoteKind.LOOP, "aliasing/forwarding loop broken: friends (b, c)"),
    ],
)
def test_notes_are_lines(kind: NoteKind, line: str) -> None:
    expansion = Expansion(recipients=(), outcomes={}, notes=(Note(kind, "friends", "b, c"),))
    assert [text.partition(": ")[2] for text in said(expansion)] == [line]
