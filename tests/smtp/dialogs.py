"""Recorded dialogues as steps, and a player for the server wire."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from noctule.mail.reply import Reply
from noctule.smtp import replies
from noctule.smtp.events import (
    CommandRefused,
    DataRequested,
    Event,
    ExpandRequested,
    Fault,
    HelloGiven,
    HelpRequested,
    InputEnded,
    NoopRequested,
    QueueRunRequested,
    QuitRequested,
    RecipientGiven,
    ResetRequested,
    SenderGiven,
    TextEnded,
    TextReceived,
    VerboseRequested,
    VerifyRequested,
)
from noctule.smtp.rules import Rules
from noctule.smtp.server import Server

DIALOGS = Path(__file__).parent / "data" / "dialogs"
HOST, PEER = "mail.example.test", "localhost [127.0.0.1]"
_REPEAT = re.compile(r"\{(.*?)\*(\d+)\}", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
_PLAIN = {"r": "\r", "n": "\n", "t": "\t", "0": "\0"}


@dataclass
class Turn:
    """Some input, and what came back: reply lines; whether the connection was closed afterwards."""

    sent: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    half_closed: bool = False
    closed: bool = False


def decode(text: str) -> bytes:
    text = _REPEAT.sub(lambda m: m[1] * int(m[2]), text)
    text = _ESCAPE.sub(lambda m: _PLAIN.get(m[1]) or (chr(int(m[1][1:], 16)) if m[1][0] == "x" else m[1]), text)
    return text.encode("latin-1")


def connections(name: str) -> Iterator[list[Turn]]:
    """The connections of one dialogue, the greeting left out."""
    turns: list[Turn] = []
    for line in (DIALOGS / f"{name}.txt").read_text().split("\n"):
        if line.startswith("=="):
            break
        if line.startswith("# connection") and turns:
            yield turns
            turns = []
        kind, _, rest = line.partition(" ")
        if kind.startswith(("C", "D")) and (not turns or turns[-1].lines or turns[-1].closed):
            turns.append(Turn())
        match kind:
            case "C" | "C+":
                turns[-1].sent.append(decode(rest) + b"\r\n")
            case "D" if rest.startswith("(message"):
                turns[-1].sent.append(b"From: Sender <sender@example.net>\r\n\r\nText.\r\n")
            case "D":
                turns[-1].sent.append(decode(rest) + b"\r\n")
            case "D~":
                turns[-1].sent.append(decode(rest))
            case "X" if rest == "half-close":
                turns.append(Turn(half_closed=True))
            case "X" if turns:
                turns[-1].closed = True
            case "S" | "S-" | "E" if turns:
                turns[-1].lines.append(line.removesuffix("\r"))
            case _ if line.startswith("S-") and turns:
                turns[-1].lines.append(line)
    if turns:
        yield turns


class Player:
    """A server wire whose driver says yes to nearly everything."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.wire = Server(rules or Rules(host=HOST, peer=PEER))
        self.text = b""
        self.texts: list[bytes] = []

    def feed(self, data: bytes) -> bytes:
        self.wire.receive_data(data)
        while (event := self.wire.next_event()) is not None:
            if isinstance(event, TextReceived):
                self.text += event.data
            elif event == InputEnded(in_text=False):
                break
            else:
                self.wire.send_reply(self.answer(event))
        return self.wire.data_to_send()

    def answer(self, event: Event) -> Reply:
        match event:
            case HelloGiven(bogus=bogus):
                keywords = self.wire.keywords if event.extended else ()
                return replies.hello(HOST, self.wire.rules.peer, bogus=bogus, keywords=keywords)
            case SenderGiven(refusal=Reply() as reply) | RecipientGiven(refusal=Reply() as reply):
                return reply
            case SenderGiven(address=address):
                return replies.sender_ok(address)
            case RecipientGiven(address=address) if "nobody" in address:
                return replies.about(address, 550, "5.1.1", "User unknown")
            case RecipientGiven(address=address):
                return replies.recipient_ok(address)
            case DataRequested():
                return replies.START_DATA
            case TextEnded(fault=fault):
                self.texts.append(self.text)
                self.text = b""
                return FAULTS.get(fault) or replies.accepted("<QID>")
            case InputEnded():
                return replies.text_broken_off("localhost", "<sender@example.net>", "unexpected close")
            case CommandRefused(reply=reply):
                return reply
            case _:
                return SIMPLE[type(event)](event)


FAULTS = {Fault.BARE_LF: replies.BARE_LF, Fault.BARE_CR: replies.BARE_CR, Fault.NUL: replies.NUL_BYTE}
SIMPLE: dict[type, Callable[..., Reply]] = {
    ResetRequested: lambda _: replies.RESET,
    NoopRequested: lambda _: replies.OK,
    QuitRequested: lambda _: replies.closing(HOST),
    VerboseRequested: lambda _: replies.VERBOSE,
    VerifyRequested: lambda _: replies.CANNOT_VRFY,
    ExpandRequested: lambda _: replies.NOT_ALLOWED,
    HelpRequested: lambda event: replies.unknown_topic(event.topic),
    QueueRunRequested: lambda event: replies.queue_started(event.node) if event.node else replies.NODE_REQUIRED,
}


def as_recorded(data: bytes) -> list[str]:
    """Bytes of replies in the transcripts' form."""
    lines = []
    keywords = False
    for line in data.decode("latin-1").split("\r\n")[:-1]:
        code, more, text = line[:3], line[3:4], line[4:]
        if keywords:
            lines.append(f"E {text}")
        else:
            match = re.match(r"([245]\.\d+\.\d+) (.*)", text)
            enhanced, text = (match[1], match[2]) if match else ("-", text)
            lines.append(f"S{'-' if more == '-' else ' '}{code} {enhanced} | {text}")
        keywords = more == "-" and (keywords or "pleased to meet" in text or "accepting invalid" in text)
    return lines
