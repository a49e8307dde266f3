"""What can be fed with any bytes: one function for each parser, which raises when something is wrong.

`test_targets.py` feeds them with what was found before (`found/`) and with some of hypothesis; the program `fuzz` lets
atheris look for more, led by the branches that are reached.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from config import disk
from noctule.base.errors import ProtocolError
from noctule.config import m4
from noctule.config.m4.input import Limits
from noctule.config.m4.world import Source
from noctule.dsn.xtext import decode_xtext
from noctule.mail.envelope import HeaderField
from noctule.mail.reply import Reply
from noctule.mime import MimeSettings, to_eight_bit, to_seven_bit
from noctule.receive.collect import Collector
from noctule.rewrite.crack import crack
from noctule.rewrite.tokenizer import Tokenizer
from noctule.sasl.login import Secret
from noctule.sasl.mechanisms import MECHANISMS, Mechanism
from noctule.sasl.steps import Challenge, Failure, ServerStep, Success
from noctule.smtp import replies
from noctule.smtp.client import BodyWanted, Client, Closed, Destination, Finished, Hello, Transaction
from noctule.smtp.events import (
    AuthenticationRequested,
    ChunkOpened,
    CommandRefused,
    DataRequested,
    Event,
    InputEnded,
    TextEnded,
    TextReceived,
)
from noctule.smtp.proxy import ProxyHeader, parse_proxy_header
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.server import MAX_AUTH_LINE, Server
from safety.receivers import LENIENT, is_clean, texts_seen
from sasl.parties import CLIENT, SERVER, Ticket, answer, nonces

BOUND = {"tls-exporter": b"e" * 32}
SECRETS = {"alice": Secret(password=b"wonderland")}
OFFER = Offer(chunking=True, smtputf8=True, auth=("PLAIN",))


def server(data: bytes) -> None:
    """A session says the same however it is cut, in whole lines, and takes only texts that everybody splits alike."""
    cut, wire = data[:1], data[1:]
    size = (cut[0] if cut else 0) % 40 + 1
    whole = _session([wire])
    assert whole == _session([wire[at : at + size] for at in range(0, len(wire), size)])
    said, texts = whole
    assert said.count(b"\r\n") == said.count(b"\n") == said.count(b"\r")
    for text in texts:
        assert is_clean(text)
        assert all(texts_seen(_stuffed(text), end) == 1 for end in LENIENT.values())


def _stuffed(text: bytes) -> bytes:
    return (b"\r\n" + text).replace(b"\r\n.", b"\r\n..")[2:].removesuffix(b"\r\n") + b"\r\n.\r\n"


def _session(pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    """What the server said, and the texts it took."""
    wire = Server(Rules(host="server", peer="client", offer=OFFER, wait_for_replies=False))
    wire.greet(Reply(220, "", ("server ESMTP",)))
    said, text, taken = wire.data_to_send(), b"", list[bytes]()
    for piece in [*pieces, b""]:
        wire.receive_data(piece)
        while (event := wire.next_event()) is not None:
            if isinstance(event, TextReceived):
                text += event.data
            elif isinstance(event, TextEnded):
                taken += [text] if event.fault is None else []
                text = b""
            if (reply := _reply(event)) is not None:
                wire.send_reply(reply)
            said += wire.data_to_send()
        assert len(wire._buffer) <= MAX_AUTH_LINE
    assert wire.closing
    return said, taken


def _reply(event: Event) -> Reply | None:
    match event:
        case CommandRefused():
            return event.reply
        case DataRequested():
            return replies.START_DATA
        case AuthenticationRequested():
            return Reply(334)
        case TextReceived() | ChunkOpened() | InputEnded(in_text=False):
            return None
        case _:
            return replies.OK


def proxy(data: bytes) -> None:
    """A PROXY header ends at one place, wherever it is cut."""
    whole = _proxy_header(data)
    if whole is not None:
        size = len(data) - len(whole.rest)
        assert data[size:] == whole.rest
        assert all(_proxy_header(data[:cut]) is None for cut in range(size))


def _proxy_header(data: bytes) -> ProxyHeader | None:
    try:
        return parse_proxy_header(data)
    except ProtocolError:
        return None


def client(data: bytes) -> None:
    """Whatever a server says, however it is cut, leads to the same verdicts; without a 2xx for all nothing is sent."""
    style, said = data[:1], data[1:]
    hello = tuple(Hello)[(style[0] if style else 0) % 4]
    outcomes = [_told(hello, pieces) for pieces in ([said], [said[at : at + 1] for at in range(len(said))])]
    assert outcomes[0][0] == outcomes[1][0]
    for reports, out in outcomes:
        assert out.count(b"\r\n") == out.count(b"\n") == out.count(b"\r")
        for sender, final in reports:
            assert final is None or not final.positive or (sender is not None and sender.positive)


def _told(hello: Hello, pieces: list[bytes]) -> tuple[list[tuple[Reply | None, Reply | None]], bytes]:
    """What the reports said about sender and message, and all that was sent."""
    wire = Client("here", hello=hello, line_limit=80)
    reports, out, begun = list[tuple[Reply | None, Reply | None]](), b"", 0
    for piece in [*pieces, b""]:
        wire.receive_data(piece)
        while (event := wire.next_event()) is not None:
            out += wire.data_to_send()
            match event:
                case BodyWanted():
                    wire.send_body(b"Subject: x\r\n\r\n.\r\n")
                    wire.end_body()
                case Finished(report=report):
                    reports.append((report.sender, report.final[0]))
                case Closed():
                    return reports, out
            if wire.idle and begun < 3:
                wire.begin(Transaction(sender="a@b", destinations=(Destination(address="c@d"),), size=5))
                begun += 1
        out += wire.data_to_send()
    return reports, out


class _Kept:
    """A staging area in memory."""

    def __init__(self) -> None:
        self.body = b""

    def write(self, data: bytes) -> None:
        self.body += data


def header(data: bytes) -> None:
    """Header and body come apart at the same place however they are cut, and nothing is lost."""
    size, text = (data[0] if data else 0) % 20 + 1, _canonical(data[1:])
    whole, body = _collected([text])
    assert (whole, body) == _collected([text[at : at + size] for at in range(0, len(text), size)])
    assert text.endswith(body)
    assert not any("\n" in value.replace("\r\n ", "").replace("\r\n\t", "") for _, value in whole)


def _canonical(data: bytes) -> bytes:
    return data.replace(b"\0", b"").replace(b"\r", b"").replace(b"\n", b"\r\n")


def _collected(pieces: list[bytes]) -> tuple[list[tuple[str, str]], bytes]:
    kept = _Kept()
    collector = Collector(kept, header_limit=0, limit=0)  # type: ignore[arg-type]
    for piece in pieces:
        collector.feed(piece)
    collector.finish()
    return collector.fields, kept.body


def mime(data: bytes) -> None:
    """The body is pure ASCII behind, in clean lines, or the message stays as it was."""
    fields, body = _collected([_canonical(data)])
    headers = tuple(HeaderField(name, value) for name, value in fields)
    settings = MimeSettings(host="here")
    head, converted = to_seven_bit(headers, body, settings, "id")
    assert (head, converted) == (headers, body) or converted.isascii()
    assert is_clean(converted)
    decoded = to_eight_bit(headers, body, "here", "id")
    assert decoded is None or is_clean(decoded[1].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def reply(data: bytes) -> None:
    """A reply that was read is one line in a log and lines of its own on the wire; xtext hides no line end."""
    texts = data.decode("latin-1").split("\n")
    for code in (250, 354, 451, 550):
        parsed = Reply.parse(code, texts)
        assert parsed.render().count(b"\n") == len(texts)
        assert parsed.enhanced in ("", *texts[0].split(maxsplit=1)[:1])
    decoded = decode_xtext(texts[0])
    assert decoded is None or decoded.isprintable()


def sasl_server(data: bytes) -> None:
    """Any responses end in a verdict, which is good only for who knows a secret."""
    mechanism, responses = _mechanism(data)
    exchange = mechanism.serve(replace(SERVER, bindings=BOUND, kerberos=Ticket, nonce=nonces()))
    step: ServerStep = exchange.start(responses.pop(0) if responses else None)
    for _ in range(20):
        match step:
            case Success(login):
                assert b"wonderland" in data or login.name != "alice" or mechanism.name in {"EXTERNAL", "GSSAPI"}
                return
            case Failure():
                return
            case Challenge():
                step = exchange.respond(responses.pop(0) if responses else b"")
            case _:
                step = exchange.answer(answer(step, SECRETS))
    raise AssertionError("an exchange without an end")


def sasl_client(data: bytes) -> None:
    """Any challenges lead to answers or to a ProtocolError."""
    mechanism, challenges = _mechanism(data)
    party = replace(CLIENT, bindings=BOUND, kerberos=lambda *_: Ticket(b"alice"), nonce=nonces())
    try:
        exchange = mechanism.log_in(party)
        for challenge in challenges:
            exchange.respond(challenge)
        exchange.finish()
    except ProtocolError:
        return


def _mechanism(data: bytes) -> tuple[Mechanism, list[bytes]]:
    number = data[0] if data else 0
    return tuple(MECHANISMS.values())[number % len(MECHANISMS)], data[1:].split(b"\n")


def cf(data: bytes) -> None:
    """A configuration is read to its end, whatever it says; programs of it are not run here."""
    disk.read(data.decode("latin-1"), opener=_NothingThere())


class _NothingThere(disk.Disk):
    def file_text(self, path: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", path)

    def command_output(self, command: str) -> str:
        return command


@dataclass(frozen=True, slots=True)
class _NoFiles:
    def read(self, name: str) -> Source:
        raise FileNotFoundError(2, "No such file or directory", name)

    def make_temporary(self, template: str) -> str:
        return template

    def run(self, command: str) -> tuple[str, int]:
        return command, 0


def mc(data: bytes) -> None:
    """Macros end, within their limits."""
    m4.expand(
        [Source("site.mc", data.decode("latin-1"))],
        files=_NoFiles(),
        limits=Limits(calls=500, nesting=100, text=50_000),
    )


@dataclass(frozen=True, slots=True)
class _Style:
    colon_ok: bool = False
    must_quote: str = "@,;:\\()[].'"


def address(data: bytes) -> None:
    """Tokens are what the text says, and a field keeps its address."""
    text = data.decode("latin-1")
    tokenizer = Tokenizer()
    scan = tokenizer.scan(text)
    assert not scan.tokens or scan.end <= len(text)
    assert not any(token == "" for token in scan.tokens)
    assert crack(text, _Style()).count("\uf767") <= 1 + text.count(",")


Target = Callable[[bytes], None]
TARGETS: dict[str, Target] = {
    target.__name__: target
    for target in (server, proxy, client, header, mime, reply, sasl_server, sasl_client, cf, mc, address)
}


def words() -> Iterator[bytes]:
    """What means something to one of the parsers."""
    yield from b"EHLO x|MAIL FROM:<a@b>|RCPT TO:<c@d>|DATA|BDAT 3|BDAT 4 LAST|RSET|AUTH PLAIN|STARTTLS|QUIT".split(b"|")
    yield from itertools.chain(
        [b"\r\n", b"\r\n.\r\n", b"\n.\r\n", b"\0"], [b"220 x ESMTP", b"250-PIPELINING", b"354 go"]
    )
    yield from (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12))
    yield from (
        b"Content-Type: multipart/mixed; boundary=x",
        b"--x",
        b"--x--",
        b"\xe9",
        b"Content-Transfer-Encoding: base64",
    )
    yield from (b"n,,n=alice,r=", b"c=biws,r=", b"\0alice\0wonderland", b'username="alice",nonce="', b"qop=auth")
    yield from (
        b"V10\n",
        b"R$*\t$#local $: $1\n",
        b"DXvalue\n",
        b"Kx hash /x\n",
        b"Mlocal, P=/x, F=l, A=x\n",
        b"O Timeout.",
    )
    yield from (b"define(`x', `$1')", b"ifelse(", b"divert(-1)", b"pushdef(", b"`", b"'", b"changequote", b"translit(")
