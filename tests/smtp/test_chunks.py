"""BDAT on the server wire: whole, byte by byte, cut anywhere; no byte of a chunk is ever taken for a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.chunks import chunk_argument
from noctule.smtp.data import Bare, LineRules
from noctule.smtp.events import ChunkEnded, ChunkOpened, Event, TextEnded
from noctule.smtp.rules import Offer, Rules
from smtp.dialogs import FAULTS, HOST, PEER, Player, as_recorded

RULES = Rules(host=HOST, peer=PEER, offer=Offer(chunking=True))
BEGIN = b"EHLO c.example\r\n"
MAIL = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\n"


class Chunked(Player):
    """A player that also answers chunks; `refuse` is its answer to the first."""

    refuse: Reply | None = None

    def feed(self, data: bytes) -> bytes:
        self.wire.receive_data(data)
        while (event := self.wire.next_event()) is not None:
            match event:
                case ChunkOpened():
                    pass
                case _ if hasattr(event, "data"):
                    self.text += event.data
                case _:
                    self.wire.send_reply(self.answer(event))
        return self.wire.data_to_send()

    def answer(self, event: Event) -> Reply:
        match event:
            case ChunkEnded() if self.refuse is not None:
                return self.refuse
            case ChunkEnded(size):
                return replies.chunk_received(size)
            case TextEnded(fault=fault):
                self.texts.append(self.text)
                self.text = b""
                return FAULTS.get(fault) or replies.accepted("<QID>")
        return super().answer(event)


def session(
    data: bytes, *, step: int = 0, rules: Rules = RULES, refuse: Reply | None = None
) -> tuple[list[str], Chunked]:
    """Codes of all replies after EHLO's."""
    player = Chunked(rules)
    player.refuse = refuse
    player.feed(BEGIN)
    size = step or len(data)
    out = b"".join(player.feed(data[at : at + size]) for at in range(0, len(data), size))
    return [line[2:5] for line in as_recorded(out)], player


@pytest.mark.parametrize("step", [0, 1, 2, 3, 7])
@pytest.mark.parametrize(
    ("chunks", "codes", "text"),
    [
        (b"BDAT 11 LAST\r\nx: y\r\n\r\nt\r\n", ["250"], b"x: y\r\n\r\nt\r\n"),
        (b"BDAT 6\r\nx: y\r\nBDAT 5 last\r\n\r\nt\r\n", ["250", "250"], b"x: y\r\n\r\nt\r\n"),
        (b"BDAT 5\r\nx: y\rBDAT 6 LAST\r\n\n\r\nt\r\n", ["250", "250"], b"x: y\r\n\r\nt\r\n"),  # CR and LF apart
        (b"BDAT 8\r\nx\r\n\r\nt\r\nBDAT 0 LAST\r\n", ["250", "250"], b"x\r\n\r\nt\r\n"),
        (b"BDAT 0\r\nBDAT 0 LAST\r\n", ["250", "250"], b""),
        (b"BDAT 3 LAST\r\nend", ["250"], b"end\r\n"),
        (b"BDAT 10 LAST\r\na\r\n.\r\nb\r\n.", ["250"], b"a\r\n.\r\nb\r\n.\r\n"),  # dots are text
        (b"BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nRSET\r\n", ["250", "250"], b"QUIT\r\nRSET\r\n"),
    ],
)
def test_chunks(chunks: bytes, codes: list[str], text: bytes, step: int) -> None:
    heard, player = session(MAIL + chunks, step=step)
    assert heard == ["250", "250", *codes]
    assert player.texts == [text]


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize(
    ("before", "code"),
    [(b"", "503"), (b"MAIL FROM:<a@x.example>\r\n", "503"), (b"MAIL FROM:<a@x>\r\nRCPT TO:<nobody@x>\r\n", "503")],
)
def test_refused_chunks_are_read_to_their_end(before: bytes, code: str, step: int) -> None:
    heard, player = session(before + b"BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", step=step)
    assert heard[before.count(b"\n") :] == [code, code, "250"]
    assert player.texts == []
    assert not player.wire.closing


@pytest.mark.parametrize("step", [0, 1])
def test_a_refusal_ends_the_message_and_pipelined_chunks_with_it(step: int) -> None:
    data = MAIL + b"BDAT 2\r\nab" + b"BDAT 6 LAST\r\nQUIT\r\n" + MAIL + b"BDAT 2 LAST\r\nab"
    refusal = replies.size_exceeded(1)
    heard, player = session(data, step=step, refuse=refusal)
    assert heard == ["250", "250", "552", "503", "250", "250", "250"]
    assert player.texts[-1] == b"abab\r\n"  # the player keeps what it has seen of the refused one


@pytest.mark.parametrize("argument", ["", "x", "-1", "1 2", "1 LAST LAST", "1LAST", "9" * 19, "0x10", "1.0", "\u0661"])
def test_a_size_that_is_not_understood_ends_the_connection(argument: str) -> None:
    assert chunk_argument(argument) is None
    heard, player = session(MAIL + f"BDAT {argument}\r\nQUIT\r\n".encode())
    assert heard == ["250", "250", "501"]
    assert player.wire.closing


def test_other_commands_between_chunks() -> None:
    heard, player = session(
        MAIL + b"BDAT 2\r\nabRCPT TO:<c@x>\r\nDATA\r\nMAIL FROM:<a@x>\r\nNOOP\r\nRSET\r\nBDAT 0 LAST\r\n"
    )
    assert heard == ["250", "250", "250", "503", "503", "503", "250", "250", "503"]
    assert player.texts == []


@pytest.mark.parametrize(
    ("chunks", "reply"),
    [
        (b"BDAT 3\r\na\nb", "421"),
        (b"BDAT 3\r\na\rb", "421"),
        (b"BDAT 2\r\na\rBDAT 1 LAST\r\nb", "421"),
        (b"BDAT 2 LAST\r\na\r", "421"),
        (b"BDAT 3\r\na\0b", "554"),
    ],
)
@pytest.mark.parametrize("step", [0, 1])
def test_line_ends_are_those_of_data(chunks: bytes, reply: str, step: int) -> None:
    assert session(MAIL + chunks, step=step)[0][-1] == reply


def test_line_ends_that_a_site_lets_pass_are_made_canonical() -> None:
    lax = Rules(
        host=HOST,
        peer=PEER,
        offer=RULES.offer,
        lines=LineRules(bare_lf=Bare.LINE_END, bare_cr=Bare.BLANK, any_end=True),
    )
    heard, player = session(MAIL + b"BDAT 9 LAST\r\na\n.\nb\rc\r\n", rules=lax)
    assert heard[-1] == "250"
    assert player.texts == [b"a\r\n.\r\nb c\r\n"]


def test_it_is_unknown_where_it_is_off() -> None:
    off = Rules(host=HOST, peer=PEER)
    assert session(MAIL + b"BDAT 0 LAST\r\n", rules=off)[0][-1] == "500"
    assert "CHUNKING" not in off.offer.keywords()
    assert "CHUNKING" in RULES.offer.keywords()


def test_a_client_that_goes_inside_a_chunk_is_told() -> None:
    player = Chunked(RULES)
    player.feed(BEGIN)
    player.feed(MAIL + b"BDAT 10\r\nabc")
    assert player.wire.in_text
    assert player.feed(b"").startswith(b"421 4.4.1")


@given(st.lists(st.binary(max_size=12), min_size=1, max_size=5), st.integers(1, 9))
def test_any_bytes_in_any_chunks_give_the_same_however_they_are_cut(chunks: list[bytes], step: int) -> None:
    data = MAIL + b"".join(b"BDAT %d\r\n%b" % (len(chunk), chunk) for chunk in chunks) + b"BDAT 0 LAST\r\n"
    whole, one = session(data)
    cut, two = session(data, step=step)
    assert whole == cut
    clean = b"".join(chunks)
    if whole[-1] == "250":
        assert b"\0" not in clean
        assert not set(clean.replace(b"\r\n", b"")) & set(b"\r\n")
        assert one.texts == two.texts == [clean if clean.endswith(b"\n") or not clean else clean + b"\r\n"]
