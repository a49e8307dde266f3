"""The reports a settled message owes, ready for the queue; and what becomes of mail that nobody can be told of."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from noctule import dsn
from noctule.base.text import ascii_lower, to_bytes
from noctule.deliver.localtext import mailbox_text
from noctule.dsn import Kind, Notice, Reporter
from noctule.files import append_whole
from noctule.mail.envelope import Envelope
from noctule.mqueue.store import Body
from noctule.observe.log import Log

NOWHERE = "savemail: cannot save rejected email anywhere"
_LOG_TEXT = {Kind.RECEIPT: "Return receipt", Kind.WARNING: "Warning: could not send message"}


class NowhereError(Exception):
    """Nobody can be told that a message failed, and there is no file for it: it has to stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressees:
    """Who hears of failures besides the sender."""

    double_bounce: str  # DoubleBounceAddress
    postmaster_copy: str = ""  # PostmasterCopy
    dead_letters: str = ""  # DeadLetterDrop: a file


class Reports:
    """Makes reports and says so in the log.  `new_id` gives queue ids.

    `settled` is asked first about failures: whether it has seen to them, and nobody is to be told.
    """

    def __init__(
        self,
        reporter: Reporter,
        log: Log,
        new_id: Callable[[], str],
        addressees: Addressees,
        settled: Callable[[Envelope, tuple[Notice, ...], Body], bool] | None = None,
    ) -> None:
        self._reporter = reporter
        self._log = log
        self._new_id = new_id
        self._addressees = addressees
        self._settled = settled

    def make(
        self,
        envelope: Envelope,
        notices: tuple[Notice, ...],
        body: Body,
        *,
        now: float,
        overdue: float = 0.0,
        retry_until: float = 0.0,
    ) -> tuple[tuple[Envelope, bytes], ...]:
        """The reports on everything there is to say: to be queued in the transaction that settles the rest.

        `overdue` and `retry_until` as in dsn.Order.  Raises NowhereError.
        """
        reports = []
        for to, kind, header_only in self._wanted(envelope, notices, body) if notices else ():
            order = dsn.Order(
                envelope=envelope,
                notices=tuple(sorted(notices, key=_host)),
                kind=kind,
                to=to,
                id=self._new_id(),
                now=now,
                overdue=overdue,
                retry_until=retry_until,
                header_only=header_only,
            )
            report = dsn.compose(self._reporter, order, body.chunks())
            self._say(envelope, notices, report.envelope.id, kind)
            reports.append((report.envelope, report.body))
        return tuple(reports)

    def _wanted(
        self, envelope: Envelope, notices: tuple[Notice, ...], body: Body
    ) -> tuple[tuple[str, Kind, bool], ...]:
        """Whom to send what, and whether the header alone goes with it.  Raises NowhereError."""
        kind = dsn.kind_of(notices)
        failed = kind is Kind.FAILURE
        if failed and self._settled is not None and self._settled(envelope, notices, body):
            return ()
        addressed = dsn.addressee(envelope, kind, self._addressees.double_bounce)
        if addressed is None:
            if failed and dsn.is_double_bounce(envelope, self._addressees.double_bounce):
                self._bury(envelope, body)
            return ()
        copy = self._addressees.postmaster_copy
        if failed and copy and not dsn.is_double_bounce(envelope, copy):
            return (*addressed, False), (copy, Kind.POSTMASTER, True)
        return ((*addressed, False),)

    def _say(self, envelope: Envelope, notices: tuple[Notice, ...], report: str, kind: Kind) -> None:
        outcome = notices[-1].outcome
        text = _LOG_TEXT.get(kind, outcome.text if outcome else "")
        word = "DSN"
        if kind is Kind.POSTMASTER:
            word = "return to sender" if envelope.is_report else "postmaster notify"
        self._log.dsn_created(envelope.id, report=report, text=text, kind=word)

    def _bury(self, envelope: Envelope, body: Body) -> None:
        """A report that was for the last address there is goes into DeadLetterDrop."""
        path = self._addressees.dead_letters
        if path:
            try:
                append_whole(path, letter(envelope, self._reporter.name, body))
            except OSError as error:
                self._log.system_error(envelope.id, user="daemon", text=f"cannot write {path}: {error.strerror}")
            else:
                self._log.saved(envelope.id, file=path)
                return
        self._log.system_error(envelope.id, user="daemon", text=NOWHERE)
        raise NowhereError(envelope.id)


def letter(envelope: Envelope, daemon: str, body: Body) -> bytes:
    """A message as it stands in a dead.letter; `daemon` is the author of reports."""
    sender = daemon if envelope.is_report else envelope.sender_address
    from_line = f"From {sender} {time.asctime(time.localtime(envelope.created))}"
    header = dsn.returned_header(envelope) + b"\r\n"
    return b"".join(mailbox_text(header, body.chunks(), to_bytes(from_line)))


def _host(notice: Notice) -> str:
    """Recipients stand in a report in the order of their hosts, as Sendmail keeps them."""
    triple = notice.recipient.triple
    return ascii_lower(triple.host) if triple else ""
