"""Things several tests of this package build."""

from noctule.deliver.batch import Batch
from noctule.deliver.message import EightBitRules, OutgoingMessage
from noctule.mail.envelope import Envelope, HeaderField, Recipient, Triple
from noctule.mqueue.staging import MemoryBody
from noctule.symbols import codes
from noctule.symbols.macros import Macros
from noctule.symbols.mailers import Mailer


def macro(name: str) -> str:
    return codes.MACRO + codes.named(name)


class Lines:
    """A log sink that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, priority: int, text: str) -> None:
        self.lines.append(text)

    def reopen(self) -> None: ...

    def close(self) -> None: ...


class AsWritten:
    """Rewriting by a configuration without rules."""

    async def sender(self, envelope: Envelope, mailer: Mailer, scope: Macros) -> str:
        return envelope.sender_address or "MAILER-DAEMON"

    async def header(self, address: str, mailer: Mailer, scope: Macros, *, sender: bool, envelope: Envelope) -> str:
        return address


def smtp_mailer(port: int, name: str = "esmtp", flags: str = "mDFMuXa", **more: object) -> Mailer:
    argv = ("TCP", macro("h"), str(port))
    return Mailer(name=name, path="[IPC]", flags=frozenset(flags), argv=argv, eol="\r\n", line_limit=990, **more)  # type: ignore[arg-type]


def recipient(number: int, user: str, mailer: str = "esmtp", host: str = "[127.0.0.1]", **more: object) -> Recipient:
    return Recipient(number=number, address=f"<{user}>", triple=Triple(mailer, host, user), **more)  # type: ignore[arg-type]


HEADERS = (HeaderField("Subject", " hello"), HeaderField("From", " a@example.org"))
BODY = b"first line\r\n.dot\r\n"


def envelope(*recipients: Recipient, sender: str = "<a@example.org>", **more: object) -> Envelope:
    given = {"id": "Q1", "headers": HEADERS, "size": 60, "created": 1000.0} | more
    return Envelope(sender=sender, recipients=recipients, **given)  # type: ignore[arg-type]


def batch(
    mailer: Mailer,
    *recipients: Recipient,
    body: bytes = BODY,
    host: str = "[127.0.0.1]",
    eight_bit: EightBitRules | None = None,
    **more: object,
) -> Batch:
    message = OutgoingMessage(envelope(*recipients, **more), MemoryBody(body), AsWritten(), eight_bit)
    scope = Macros(None, {"h": host, "g": message.envelope.sender_address or "MAILER-DAEMON", "n": "MAILER-DAEMON"})
    return Batch(message=message, mailer=mailer, host=host, recipients=recipients, scope=scope)
