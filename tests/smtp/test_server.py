"""The server wire against recorded sessions with Sendmail, and against anything at all."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import noctule.smtp
from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.data import Bare, LineRules
from noctule.smtp.events import CommandRefused, SenderGiven
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.server import MAX_UNKNOWN_COMMANDS, Server
from smtp.dialogs import DIALOGS, HOST, PEER, Player, Turn, as_recorded, connections

BASE = Rules(host=HOST, peer=PEER)
LF_ENDS_LINES = LineRules(bare_lf=Bare.LINE_END)
MANNERS = replace(
    BASE,
    privacy=frozenset({"needmailhelo", "needexpnhelo", "needvrfyhelo"}),
    allow_bogus_hello=True,
    offer=Offer(etrn=False, verb=False, dsn=False),
)
RULES = {
    "lax-bare-lf": replace(BASE, lines=LF_ENDS_LINES),
    "lax-early-commands": replace(BASE, wait_for_replies=False),
    "lax-everything": replace(
        BASE, lines=LineRules(bare_lf=Bare.LINE_END, bare_cr=Bare.BLANK, any_end=True), wait_for_replies=False
    ),
    "lax-only-dot": replace(BASE, lines=LineRules(any_end=True)),
    "manners-bogus-helo": MANNERS,
    "manners-ehlo-keywords": MANNERS,
    "manners-before-helo": MANNERS,
    "limits-noop": replace(BASE, max_noops=4, offer=Offer(size=20000)),
}
# What the driver of a session decides, not the wire; or text that is said differently on purpose.
NOT_OURS = re.compile(
    r"Unbalanced|User address required|User unknown|List:;|Invalid route|Missing recipient|Queue nosuchqueue"
    r'|Alice|Bob|Topics|Ask for|End of HELP|VRFY user|do not allow this operation|Verbose|Command unrecognized: "\W*$'
)
NAMES = sorted(p.stem for p in DIALOGS.glob("*.txt"))
EARLY = {"pipe-after-ehlo", "pipe-after-helo", "pipe-data-with-text", "lax-early-commands"}


def same(ours: str, recorded: str) -> bool:
    recorded = recorded.replace("<HOST>", HOST).replace("<PEER>", PEER)
    recorded = re.sub(r"c\d+\.example\.com \[[\d.]+\]", PEER, recorded)
    if NOT_OURS.search(recorded):
        return True
    return ours.replace("\\", "\\\\") == recorded or ours == recorded


def play(name: str, *, step: int) -> None:
    for turns in connections(name):
        player = Player(RULES.get(name, BASE))
        lost = False
        for turn in turns:
            if lost:
                assert turn.closed
                continue
            out = feed(player, turn, step)
            lines = [line for line in as_recorded(out) if line]
            if player.wire.hello is None and not turn.lines and not turn.closed:
                continue
            assert len(lines) == len(turn.lines) or any(map(NOT_OURS.search, turn.lines)), (turn, lines)
            for ours, recorded in zip(lines, turn.lines, strict=False):
                assert same(ours, recorded), (ours, recorded)
            lost = turn.closed
            assert not turn.closed or player.wire.closing


def feed(player: Player, turn: Turn, step: int) -> bytes:
    data = b"".join(turn.sent)
    if turn.half_closed:
        return player.feed(b"")
    pieces = [data[i : i + step] for i in range(0, len(data), step)] if step else [data]
    return b"".join(player.feed(piece) for piece in pieces if not player.wire.closing)


@pytest.mark.parametrize("name", NAMES)
def test_recorded_dialogue_whole(name: str) -> None:
    play(name, step=0)


@pytest.mark.parametrize("step", [1, 7])
@pytest.mark.parametrize("name", [n for n in NAMES if n not in EARLY])
def test_recorded_dialogue_in_pieces(name: str, step: int) -> None:
    play(name, step=step)


SESSION = (
    b"EHLO client.example.net\r\n"
    b"MAIL FROM:<a@example.net> SIZE=10\r\nRCPT TO:<b@example.net>\r\nRCPT TO:<nobody@example.net>\r\nDATA\r\n"
    b"Subject: x\r\n\r\n..dot\r\ntext\r\n.\r\nNOOP\r\nQUIT\r\n"
)
LAX = replace(BASE, wait_for_replies=False)


@pytest.mark.parametrize("cut", range(1, len(SESSION)))
def test_cut_anywhere_the_session_is_the_same(cut: int) -> None:
    whole, pieces = Player(LAX), Player(LAX)
    expected = whole.feed(SESSION)
    assert pieces.feed(SESSION[:cut]) + pieces.feed(SESSION[cut:]) == expected
    assert pieces.texts == whole.texts == [b"Subject: x\r\n\r\n.dot\r\ntext\r\n"]
    assert pieces.wire.closing


def test_one_write_answers_a_group_and_input_waits_for_its_answer() -> None:
    wire = Server(BASE)
    wire.receive_data(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")
    assert isinstance(wire.next_event(), SenderGiven)
    with pytest.raises(AssertionError):
        wire.next_event()
    wire.send_reply(replies.sender_ok("<a@b>"))
    wire.next_event()
    wire.send_reply(replies.recipient_ok("<c@d>"))
    assert wire.data_to_send().count(b"\r\n") == 2
    assert wire.data_to_send() == b""


def test_a_refused_sender_starts_no_transaction() -> None:
    wire = Server(BASE)
    wire.receive_data(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")
    wire.next_event()
    wire.send_reply(replies.ACCESS_DENIED)
    assert wire.next_event() == CommandRefused(replies.NEED_MAIL_BEFORE_RCPT)


def test_421_closes_and_nothing_is_read_afterwards() -> None:
    wire = Server(BASE)
    wire.receive_data(b"NOOP\r\nNOOP\r\n")
    wire.next_event()
    wire.send_reply(Reply(421, "4.3.0", ("bye",)))
    assert wire.closing
    assert wire.next_event() is None


def test_refused_client_may_only_leave() -> None:
    player = Player()
    player.wire.refuse_commands(replies.ACCESS_DENIED)
    assert as_recorded(player.feed(b"EHLO x\r\n"))[1:] == ["E ENHANCEDSTATUSCODES"]
    assert as_recorded(player.feed(b"MAIL FROM:<a@b>\r\nHELP\r\nNOOP\r\nRSET\r\nQUIT\r\n")) == [
        "S 550 5.7.1 | Access denied",
        "S 550 5.7.1 | Access denied",
        "S 250 2.0.0 | OK",
        "S 250 2.0.0 | Reset state",
        f"S 221 2.0.0 | {HOST} closing connection",
    ]


def test_noise_costs_time_and_then_the_connection() -> None:
    wire = Server(replace(BASE, max_noops=3, close_on_noise=True))
    delays = []
    while not wire.closing:
        wire.receive_data(b"NOOP\r\n")
        event = wire.next_event()
        delays.append(wire.delay)
        wire.send_reply(event.reply if isinstance(event, CommandRefused) else replies.OK)
    assert delays == [0, 0, 1, 2, 4, 0]
    assert wire.data_to_send().endswith(replies.too_many_bad_commands(HOST).render())


def test_unknown_commands_end_the_session() -> None:
    player = Player()
    out = player.feed(b"BOGUS\r\n" * (MAX_UNKNOWN_COMMANDS + 5))
    assert out.count(b"500 5.5.1") == MAX_UNKNOWN_COMMANDS
    assert player.wire.closing


def test_a_line_without_end_is_cut_off() -> None:
    player = Player()
    assert b"possible attack" in player.feed(b"x" * 5000)
    assert player.wire.closing


@pytest.mark.parametrize(
    "line", ["MAIL FROM:<s\xe9nder@example.net>", "MAIL FROM:<sen\rder@example.net>", "MAIL FROM:<a\x01@b>"]
)
def test_addresses_with_unsafe_bytes_are_refused(line: str) -> None:
    out = Player().feed(line.encode("latin-1") + b"\r\n")
    assert out[:3] in {b"501", b"553"}
    assert out.isascii()
    assert b"\r" not in out[:-2]


@pytest.mark.parametrize("value", ["one+0D+0AX-Injected:+20yes", "two+0Atwo", "x+00", "+7F"])
def test_xtext_that_hides_control_characters_is_refused(value: str) -> None:
    player = Player()
    player.feed(b"EHLO x\r\n")
    assert player.feed(b"MAIL FROM:<a@b> ENVID=" + value.encode() + b"\r\n").startswith(b"501 5.5.4")
    player.feed(b"MAIL FROM:<a@b>\r\n")
    assert player.feed(b"RCPT TO:<c@d> ORCPT=rfc822;" + value.encode() + b"\r\n").startswith(b"501 5.5.4")


WORDS = st.sampled_from(
    [
        *(b"EHLO x", b"HELO", b"MAIL FROM:<a@b>", b"RCPT TO:<c@d>", b"DATA", b".", b"", b"RSET", b"QUIT", b"VRFY a"),
        *(b"HELP", b"ETRN", b"RCPT TO:<c@d> NOTIFY=NEVER ORCPT=x;y"),
        b"MAIL FROM:<a@b> SIZE=9 BODY=8BITMIME RET=HDRS ENVID=a+2Bb BY=9;R",
    ]
)


@given(
    st.lists(st.one_of(WORDS, st.binary(max_size=60)), max_size=30),
    st.sampled_from([b"\r\n", b"\n", b"\r"]),
    st.integers(1, 50),
)
def test_anything_is_answered_or_closed_and_never_raises(lines: list[bytes], end: bytes, step: int) -> None:
    data = end.join(lines)
    player = Player()
    for start in range(0, len(data), step):
        out = player.feed(data[start : start + step])
        assert not out or out.endswith(b"\r\n")
        for line in out.split(b"\r\n")[:-1]:
            assert re.match(rb"[2-5]\d\d[ -]", line)
            assert b"\r" not in line
            assert b"\n" not in line
    if not player.wire.closing:
        player.feed(b"")
        assert player.wire.closing or player.wire._decoder is None


def test_no_reply_text_outside_the_list() -> None:
    package = Path(noctule.smtp.__file__).parents[1]
    literal = re.compile(r"""["'][2-5]\d\d[ -]\d\.\d\.\d|Reply\([2-5]\d\d""")
    for file in [*package.glob("smtp/*.py"), *package.glob("receive/*.py")]:
        if file.name not in {"replies.py", "client.py"}:
            assert not literal.search(file.read_text()), file


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        ("BY=120;R", "250 2.1.0"),
        ("BY=-5;nt", "250 2.1.0"),
        ("BY", "501 5.5.2 BY= requires a value"),
        ("BY=12", "501 5.5.2 BY= missing ';'"),
        ("BY=x;R", "501 5.5.2 BY= missing ';'"),
        ("BY=12;Q", "501 5.5.2 illegal by-mode 'Q'"),
        ("BY=-1;R", "501 5.5.4 mode R requires BY time > 0"),
    ],
)
def test_deliver_by(value: str, reply: str) -> None:
    assert Player().feed(f"MAIL FROM:<a@b> {value}\r\n".encode()).decode().startswith(reply)
