"""What Sendmail was given when it wrote the recorded reports, as our types."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from noctule.dsn import Action, Kind, Notice, Order, Reporter
from noctule.mail.envelope import Envelope, HeaderField, Notify, Recipient, Triple
from noctule.mail.outcome import Deferred, Delivered, Failed, Outcome

DATA = Path(__file__).parent / "data"
HOST = "mail.example.test"
SENDER = "sender@example.net"
SINK = "[127.0.0.1]"
PLAIN_BODY = (b"Body text.\r\n",)
EIGHT_BIT_BODY = (b"Body caf\xe9.\r\n",)


def date(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%a, %d %b %Y %H:%M:%S} GMT"


def at(clock: str) -> float:
    return datetime.strptime(f"2026-11-22 {clock} +0000", "%Y-%m-%d %H:%M:%S %z").timestamp()


def reporter(**options: object) -> Reporter:
    return Reporter(host=HOST, date=date, software="8.17.1.9/8.17.1.9", **options)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    file: str
    order: Order
    reporter: Reporter
    body: tuple[bytes, ...] = PLAIN_BODY


def notice(action: Action, clock: str, recipient: Recipient, outcome: Outcome | None) -> Notice:
    return Notice(recipient=recipient, action=action, at=at(clock), outcome=outcome)


def remote(address: str, **more: object) -> Recipient:
    bare = address.strip("<>")
    return Recipient(number=1, address=address, triple=Triple("esmtp", SINK, bare), **more)  # type: ignore[arg-type]


def local(user: str, mailer: str = "local", **more: object) -> Recipient:
    return Recipient(number=1, address=user, triple=Triple(mailer, "", user), **more)  # type: ignore[arg-type]


def plain_header(received: str, id: str, clock: str, path: str = f"<{SENDER}>") -> tuple[HeaderField, ...]:  # noqa: A002
    stamp = date(at(clock))
    return (
        HeaderField("Return-Path", f" {path}", "P"),
        HeaderField("Received", received),
        HeaderField("Date", f" {stamp}", "D"),
        HeaderField("Message-Id", f" <{datetime.fromtimestamp(at(clock), UTC):%Y%m%d%H%M}.{id}@{HOST}>", "M"),
        HeaderField("From", " Sender <sender@example.net>"),
        HeaderField("To", " Somebody <somebody@example.net>"),
        HeaderField("Subject", " hello"),
    )


def eight_bit_header(received: str, id: str, clock: str) -> tuple[HeaderField, ...]:  # noqa: A002
    return (
        *plain_header(received, id, clock)[:5],
        HeaderField("To", " <dave@dead.example.org>"),
        HeaderField("Subject", " caf\xe9"),
        HeaderField("MIME-Version", " 1.0"),
        HeaderField("Content-Type", " text/plain; charset=iso-8859-1"),
        HeaderField("Content-Transfer-Encoding", " 8bit"),
    )


def from_root(id: str, clock: str, tail: str) -> str:  # noqa: A002
    by = f"by {HOST} (8.17.1.9/8.17.1.9) id {id}"
    return f" (from root@localhost)\r\n\t{by}{tail}; {date(at(clock))}".replace(";; ", ";\r\n\t")


def submitted(id: str, clock: str, *, tail: str = ";", eight_bit: bool = False, **more: object) -> Envelope:  # noqa: A002
    received = from_root(id, clock, tail)
    path = str(more.get("sender", f"<{SENDER}>"))
    header = eight_bit_header(received, id, clock) if eight_bit else plain_header(received, id, clock, path)
    fields: dict[str, object] = {"sender": SENDER, "macros": {"_": "root@localhost"}, "created": at(clock)}
    return Envelope(id=id, headers=header, **(fields | more))  # type: ignore[arg-type]


NO_SUCH_USER = Failed(status="5.1.1", text="User unknown", reply="550 5.1.1 no such user in sink", remote=SINK)
UNKNOWN_HERE = Failed(status="5.1.1", text="User unknown", reply="550 5.1.1 User unknown")
RESTING = Deferred(
    status="4.2.1",
    text="Deferred: 450 4.2.1 mailbox of sink is resting",
    reply="450 4.2.1 mailbox of sink is resting",
    remote=SINK,
)

CASES = [
    Case(
        "warning",
        Order(
            envelope=submitted("6AMJsSeu022034", "19:54:28", eight_bit=True),
            notices=(
                notice(Action.DELAYED, "19:54:30", remote("r450.x@example.net"), RESTING),
                notice(Action.DELAYED, "19:54:30", remote("dave@dead.example.org"), Deferred()),
            ),
            kind=Kind.WARNING,
            to=SENDER,
            id="6AMJsU3I022038",
            now=at("19:54:30"),
            overdue=1,
            retry_until=at("19:54:28") + 5 * 86400,
        ),
        reporter(),
        EIGHT_BIT_BODY,
    ),
    Case(
        "failure",
        Order(
            envelope=submitted("6AMJsUNp022044", "19:54:30", eight_bit=True),
            notices=(
                notice(Action.FAILED, "19:54:31", local("nobody-y"), UNKNOWN_HERE),
                notice(Action.FAILED, "19:54:30", remote("r550.x@example.net"), NO_SUCH_USER),
            ),
            kind=Kind.FAILURE,
            to=SENDER,
            id="6AMJsUNq022044",
            now=at("19:54:31"),
        ),
        reporter(),
        EIGHT_BIT_BODY,
    ),
    Case(
        "failure-headers-only",
        Order(
            envelope=submitted("6AMJsVAx022046", "19:54:31", tail="\r\n\tfor r550.x@example.net"),
            notices=(notice(Action.FAILED, "19:54:31", remote("r550.x@example.net"), NO_SUCH_USER),),
            kind=Kind.FAILURE,
            to=SENDER,
            id="6AMJsVB0022046",
            now=at("19:54:31"),
        ),
        reporter(return_body=False, show_actual=False),
    ),
    Case(
        "failure-without-mime",
        Order(
            envelope=submitted("6AMJsW6L022064", "19:54:32", tail="\r\n\tfor r550.x@example.net"),
            notices=(notice(Action.FAILED, "19:54:32", remote("r550.x@example.net"), NO_SUCH_USER),),
            kind=Kind.FAILURE,
            to=SENDER,
            id="6AMJsW6M022064",
            now=at("19:54:32"),
        ),
        reporter(mime=False),
    ),
    Case(
        "failure-expanded",
        Order(
            envelope=submitted("6AMJqB8f021316", "19:52:11", tail="\r\n\tfor brokenlist", envid="env-1"),
            notices=(
                notice(
                    Action.FAILED,
                    "19:52:11",
                    local("nobody-there", final=f"RFC822; brokenlist@{HOST}", alias_of="brokenlist", primary=False),
                    UNKNOWN_HERE,
                ),
            ),
            kind=Kind.FAILURE,
            to=SENDER,
            id="6AMJqB8g021316",
            now=at("19:52:11"),
        ),
        reporter(),
    ),
    Case(
        "postmaster",
        Order(
            envelope=submitted("6AMJsVTB022052", "19:54:31", tail="\r\n\tfor r550.x@example.net", sender="<>"),
            notices=(notice(Action.FAILED, "19:54:31", remote("r550.x@example.net"), NO_SUCH_USER),),
            kind=Kind.POSTMASTER,
            to="postmaster",
            id="6AMJsVTC022052",
            now=at("19:54:31"),
        ),
        reporter(),
    ),
    Case(
        "receipt-delivered",
        Order(
            envelope=submitted("6AMJqBMc021319", "19:52:11", tail="\r\n\tfor carol", envid="env-1"),
            notices=(
                notice(
                    Action.DELIVERED,
                    "19:52:12",
                    local("carol", notify=Notify.SUCCESS | Notify.FAILURE),
                    Delivered(status="2.1.5", reply="250 2.1.5 recipient ok", remote=SINK),
                ),
            ),
            kind=Kind.RECEIPT,
            to=SENDER,
            id="6AMJqBMd021319",
            now=at("19:52:12"),
        ),
        reporter(),
    ),
    Case(
        "receipt-relayed",
        Order(
            envelope=Envelope(
                id="6AMJs491021820",
                sender="<sender@example.net>",
                ret="FULL",
                envid="e7",
                created=at("19:54:04"),
                macros={"_": "root@localhost", "r": "ESMTP"},
                headers=(
                    *plain_header(
                        f" from x.example (root@localhost)\r\n\tby {HOST} (8.17.1.9/8.17.1.9) with ESMTP"
                        f" id 6AMJs491021820;\r\n\t{date(at('19:54:04'))}",
                        "6AMJs491021820",
                        "19:54:04",
                    )[:5],
                    HeaderField("To", " x@y.example"),
                    HeaderField("Subject", " hello"),
                ),
            ),
            notices=(
                notice(
                    Action.RELAYED,
                    "19:54:04",
                    remote("<friend@plain.example.org>", notify=Notify.SUCCESS),
                    Delivered(status="2.0.0", reply="250 2.1.5 recipient ok", remote=SINK, relayed=True),
                ),
            ),
            kind=Kind.RECEIPT,
            to="<sender@example.net>",
            id="6AMJs492021820",
            now=at("19:54:04"),
        ),
        reporter(),
    ),
    Case(
        "program-and-file",
        Order(
            envelope=submitted("6AMJsWVU022059", "19:54:32"),
            notices=(
                notice(
                    Action.DELIVERED,
                    "19:54:32",
                    local('"|/bin/cat >/dev/null"', "prog", final=f"RFC822; toprog@{HOST}", alias_of="toprog"),
                    Delivered(status="2.1.5"),
                ),
                notice(
                    Action.FAILED,
                    "19:54:32",
                    local("/srv/lists/out/mailbox", "*file*", final=f"RFC822; tofile@{HOST}", alias_of="tofile"),
                    Failed(status="5.3.0", text="Can't create output", reply="X-Unix; 73"),
                ),
            ),
            kind=Kind.FAILURE,
            to=SENDER,
            id="6AMJsWVV022059",
            now=at("19:54:32"),
        ),
        reporter(),
    ),
]
