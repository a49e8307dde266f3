"""The reports a settled message owes, ready for the queue."""

from collections.abc import Callable

from noctule import dsn
from noctule.base.text import ascii_lower
from noctule.dsn import Kind, Notice, Reporter
from noctule.mail.envelope import Envelope
from noctule.mqueue.store import Body
from noctule.observe.log import Log

_LOG_TEXT = {Kind.RECEIPT: "Return receipt", Kind.WARNING: "Warning: could not send message"}


class Reports:
    """Makes reports and says so in the log.  `new_id` gives queue ids."""

    def __init__(self, reporter: Reporter, log: Log, new_id: Callable[[], str], *, double_bounce: str) -> None:
        self._reporter = reporter
        self._log = log
        self._new_id = new_id
        self._double_bounce = double_bounce

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
        """One report on everything there is to say, or none: to be queued in the transaction that settles the rest.

        `overdue` and `retry_until` as in dsn.Order.
        """
        if not notices:
            return ()
        addressed = dsn.addressee(envelope, dsn.kind_of(notices), self._double_bounce)
        if addressed is None:
            self._say_dropped(envelope, notices)
            return ()
        to, kind = addressed
        order = dsn.Order(
            envelope=envelope,
            notices=tuple(sorted(notices, key=_host)),
            kind=kind,
            to=to,
            id=self._new_id(),
            now=now,
            overdue=overdue,
            retry_until=retry_until,
        )
        report = dsn.compose(self._reporter, order, body.chunks())
        self._say(envelope, notices, report.envelope.id, kind)
        return ((report.envelope, report.body),)

    def _say(self, envelope: Envelope, notices: tuple[Notice, ...], report: str, kind: Kind) -> None:
        outcome = notices[-1].outcome
        text = _LOG_TEXT.get(kind, outcome.text if outcome else "")
        word = "DSN"
        if kind is Kind.POSTMASTER:
            word = "return to sender" if envelope.is_report else "postmaster notify"
        self._log.dsn_created(envelope.id, report=report, text=text, kind=word)

    def _say_dropped(self, envelope: Envelope, notices: tuple[Notice, ...]) -> None:
        if dsn.kind_of(notices) is Kind.FAILURE and dsn.is_double_bounce(envelope, self._double_bounce):
            text = "savemail: cannot save rejected email anywhere"
            self._log.system_error(envelope.id, user="daemon", text=text)


def _host(notice: Notice) -> str:
    """Recipients stand in a report in the order of their hosts, as Sendmail keeps them."""
    triple = notice.recipient.triple
    return ascii_lower(triple.host) if triple else ""
