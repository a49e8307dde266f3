"""Reports compared with those Sendmail wrote, field by field; see data/README.md."""

import pytest

from dsn.recorded import CASES, DATA, HOST, Case, at, reporter
from noctule.dsn import Action, Kind, Notice, Order, compose
from noctule.dsn.prose import in_words
from noctule.mail.envelope import BodyType, Envelope, HeaderField, Recipient
from noctule.mail.outcome import Failed


def recorded(case: Case) -> tuple[list[str], bytes]:
    """Header lines as folded, and the body with CRLF."""
    data = (DATA / f"{case.file}.eml").read_bytes().replace(b"\n", b"\r\n")
    header, _, body = data.partition(b"\r\n\r\n")
    return header.decode("latin-1").split("\r\n"), body


def parts(body: bytes, boundary: str) -> list[bytes]:
    return body.split(f"--{boundary}".encode())


def without_promise(part: bytes) -> list[bytes]:
    """Without Will-Retry-Until, which Sendmail gives for some delayed recipients only."""
    return [line for line in part.split(b"\r\n") if not line.startswith(b"Will-Retry-Until: ")]


def boundary_of(order: Order) -> str:
    return f"{order.id}.{int(order.now)}/{HOST}"


def ours(case: Case) -> tuple[list[str], bytes]:
    report = compose(case.reporter, case.order, case.body)
    lines = [f"{field.name}:{field.value}" for field in report.envelope.headers]
    return "\r\n".join(lines).split("\r\n"), report.body


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_header_is_sendmails(case: Case) -> None:
    def unqualified(lines: list[str]) -> list[str]:
        # Sendmail's next hop sees addresses after the mailer's header rewriting, which is not the report's business.
        return [
            line.replace(f"MAILER-DAEMON@{HOST}", "MAILER-DAEMON").replace(f"To: postmaster@{HOST}", "To: postmaster")
            for line in lines
        ]

    assert ours(case)[0] == unqualified(recorded(case)[0])


@pytest.mark.parametrize("case", [c for c in CASES if c.reporter.mime], ids=lambda case: case.file)
def test_status_part_is_sendmails(case: Case) -> None:
    boundary = boundary_of(case.order)
    theirs = parts(recorded(case)[1], boundary)
    mine = parts(ours(case)[1], boundary)
    assert len(mine) == len(theirs) == 5
    assert mine[0] == theirs[0]
    assert without_promise(mine[2]) == without_promise(theirs[2])


RETURNED = [case for case in CASES if case.reporter.mime and case.file != "warning"]


@pytest.mark.parametrize("case", RETURNED, ids=lambda case: case.file)
def test_returned_message_is_sendmails(case: Case) -> None:
    boundary = boundary_of(case.order)
    theirs = parts(recorded(case)[1], boundary)[3:]
    mine = parts(ours(case)[1], boundary)[3:]
    assert [part.rstrip() for part in mine] == [part.rstrip() for part in theirs]


def for_people(case: Case, body: bytes) -> list[str]:
    """Everything above the transcript but for the words of our own at the top."""
    human = parts(body, boundary_of(case.order))[1] if case.reporter.mime else body
    lines = human.decode("latin-1").split("\r\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("The original message"))
    return lines[start : lines.index("   ----- Transcript of session follows -----") + 1]


SAME_FOR_PEOPLE = [case for case in CASES if case.file not in {"warning", "program-and-file"}]


@pytest.mark.parametrize("case", SAME_FOR_PEOPLE, ids=lambda case: case.file)
def test_headings_and_addresses_for_people_are_sendmails(case: Case) -> None:
    assert for_people(case, ours(case)[1]) == for_people(case, recorded(case)[1])


def test_a_warning_names_its_recipients() -> None:
    case = next(case for case in CASES if case.file == "warning")
    lines = for_people(case, ours(case)[1])
    assert lines[3] == "   ----- The following addresses had transient non-fatal errors -----"
    assert lines[4:7] == [
        "r450.x@example.net",
        "    (reason: 450 4.2.1 mailbox of sink is resting)",
        "dave@dead.example.org",
    ]


def test_a_warning_returns_the_header_only() -> None:
    case = next(case for case in CASES if case.file == "warning")
    assert b"text/rfc822-headers" in ours(case)[1]
    assert b"Body caf" not in ours(case)[1]


def test_without_mime_the_message_follows_the_text() -> None:
    case = next(case for case in CASES if case.file == "failure-without-mime")
    mine, theirs = (body.split(b"   ----- Original message follows")[1] for body in (ours(case)[1], recorded(case)[1]))
    assert mine.split() == theirs.split()


def test_the_envelope_is_that_of_a_report() -> None:
    case = next(case for case in CASES if case.file == "failure")
    report = compose(case.reporter, case.order, case.body)
    envelope = report.envelope
    assert (envelope.sender, envelope.is_report) == ("<>", True)
    assert [recipient.address for recipient in envelope.recipients] == ["sender@example.net"]
    assert (envelope.has_8bit, envelope.body_type) == (True, BodyType.EIGHT_BIT_MIME)
    assert envelope.body_size == len(report.body)
    assert envelope.message_id == "<202611221954.6AMJsUNq022044@mail.example.test>"


HOSTILE = "evil\r\nX-Injected: yes\r\n\r\n--boundary\x00\xff"


def test_nothing_hostile_makes_a_line() -> None:
    recipient = Recipient(
        number=1, address=HOSTILE, original="rfc822;one+0D+0AX-Injected:+20yes", final=f"RFC822; {HOSTILE}"
    )
    notice = Notice(
        recipient=recipient,
        action=Action.FAILED,
        at=at("12:00:00"),
        outcome=Failed(status=HOSTILE, text=HOSTILE, reply=f"550 {HOSTILE}", remote=HOSTILE),
    )
    envelope = Envelope(id="x", sender=HOSTILE, envid="e+0D+0AX-Injected:+20yes", macros={"_": HOSTILE})
    order = Order(envelope=envelope, notices=(notice,), kind=Kind.FAILURE, to=HOSTILE, id="y", now=at("12:00:00"))
    report = compose(reporter(), order, [b"body"])
    everything = report.body + b"\r\n".join(f"{f.name}:{f.value}".encode() for f in report.envelope.headers)
    assert not any(line.startswith((b"X-Injected", b"--boundary")) for line in everything.split(b"\r\n"))
    assert b"\x00" not in everything
    assert b"Original-Recipient: rfc822;one+0D+0AX-Injected:+20yes\r\n" in report.body


def test_a_body_that_ends_without_a_line_end_gets_one() -> None:
    envelope = Envelope(id="x", sender="a@b", headers=(HeaderField("Subject", " s"),))
    failed = Notice(recipient=Recipient(number=1, address="c"), action=Action.FAILED, at=0.0, outcome=Failed())
    order = Order(envelope=envelope, notices=(failed,), kind=Kind.FAILURE, to="a@b", id="y", now=1.0)
    assert b"\r\nno end\r\n\r\n--y.1/" in compose(reporter(), order, [b"no ", b"end"]).body


def test_the_error_header_stands_above_the_addresses() -> None:
    envelope = Envelope(id="x", sender="a@b")
    failed = Notice(recipient=Recipient(number=1, address="c"), action=Action.FAILED, at=0.0, outcome=Failed())
    order = Order(envelope=envelope, notices=(failed,), kind=Kind.FAILURE, to="a@b", id="y", now=1.0)
    body = compose(reporter(error_header=lambda id_: f"Ask postmaster.\nThis is {id_}.\n"), order).body
    assert b"\r\nfrom localhost\r\n\r\nAsk postmaster.\r\nThis is y.\r\n\r\n   ----- The following" in body


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (14400, "4 hours"), (86400, "1 day"), (432000, "5 days")],
)
def test_spans_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_bytes_beyond_ascii_are_not_shown() -> None:
    recipient = Recipient(number=1, address="<b\xe9@x.example>")
    outcome = Failed(status="5.1.1", text="User unknown", reply="550 5.1.1 pas trouv\xe9")
    order = Order(
        envelope=Envelope(id="Q1", sender="<a@x.example>"),
        notices=(Notice(recipient=recipient, action=Action.FAILED, at=1.0, outcome=outcome),),
        kind=Kind.FAILURE,
        to="<a@x.example>",
        id="Q2",
        now=1.0,
    )
    body = compose(reporter(), order).body
    assert body.isascii()
    assert b"Diagnostic-Code: SMTP; 550 5.1.1 pas trouv?" in body
