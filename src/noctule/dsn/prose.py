"""The part for people.

Its headings and indents are those of Sendmail, because programs read them that know no RFC 3464.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from noctule.dsn.notice import Action, Kind, Notice, Order
from noctule.dsn.status import printable
from noctule.mail.outcome import Deferred, Failed, Outcome

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNKNOWN_EXIT = "unknown mailer error"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_FATAL = "   ----- The following addresses had permanent fatal errors -----"
_TRANSIENT = "   ----- The following addresses had transient non-fatal errors -----"
_SUCCESSFUL = "   ----- The following addresses had successful delivery notifications -----"
_TRANSCRIPT = "   ----- Transcript of session follows -----"
_GENTLE_REMARK = {
    Action.DELIVERED: "successfully delivered to mailbox",
    Action.RELAYED: "relayed to non-DSN-aware mailer",
    Action.EXPANDED: "expanded by alias",
    Action.GIVEN_TO_LIST: "delivered to mailing list",
}
_DONE = {
    Action.DELIVERED: "Successfully delivered",
    Action.RELAYED: "relayed; expect no further notifications",
    Action.EXPANDED: "expanded to multiple addresses",
    Action.GIVEN_TO_LIST: "given to the members of a mailing list",
}


def in_words(seconds: float) -> str:
    """A span in its largest whole unit: `4 hours`, `1 day`."""
    for size, name in _UNITS:
        count = int(seconds // size)
        if count:
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "0 seconds"


def human_part(order: Order, *, date: Callable[[float], str], error_header: str) -> Iterator[str]:
    """The lines of the first part."""
    envelope, warning = order.envelope, order.kind is Kind.WARNING
    if warning:
        yield "    This is a warning only: your message is still on its way, do not send it again."
        yield ""
    yield f"The original message was received at {date(envelope.created)}"
    yield f"from {printable(envelope.macros.get('_', '')) or 'localhost'}"
    if order.kind is Kind.POSTMASTER:
        yield f"with id {envelope.id}"
    yield ""
    if error_header:
        yield from (_CONTROL.sub(" ", line) for line in error_header.removesuffix("\n").split("\n"))
        yield ""
    yield from _addresses(order.notices)
    yield _TRANSCRIPT
    yield from _transcript(order.notices)
    if warning:
        yield f"Warning: message still undelivered after {in_words(order.overdue)}"
        if order.retry_until:
            yield f"Will keep trying until message is {in_words(order.retry_until - envelope.created)} old"
    yield ""


def _addresses(notices: tuple[Notice, ...]) -> Iterator[str]:
    failed = [notice for notice in notices if notice.action is Action.FAILED]
    delayed = [notice for notice in notices if notice.action is Action.DELAYED]
    done = [notice for notice in notices if notice.action in _GENTLE_REMARK]
    for heading, group in ((_FATAL, failed), (_TRANSIENT, delayed), (_SUCCESSFUL, done)):
        if group:
            yield heading
            for notice in group:
                yield from _address(notice)
            yield ""


def _address(notice: Notice) -> Iterator[str]:
    remark = _GENTLE_REMARK.get(notice.action)
    yield printable(notice.recipient.address) + (f"  ({remark})" if remark else "")
    if remark is None and notice.outcome and (reason := _reason(notice.outcome)):
        yield f"    (reason: {printable(reason)})"
    if notice.recipient.alias_of:
        yield f"    (expanded from: {printable(notice.recipient.alias_of)})"


def _reason(outcome: Outcome) -> str:
    """Of a program that failed what its exit status means, if anything."""
    if isinstance(outcome, Failed) and outcome.exit is not None:
        return str(outcome.exit) if outcome.text.startswith(_UNKNOWN_EXIT) else outcome.text
    return outcome.reply


def _transcript(notices: Iterable[Notice]) -> Iterator[str]:
    talking_to = ""
    for notice in notices:
        outcome = notice.outcome
        if outcome and outcome.remote and notice.action not in _DONE:
            if outcome.remote != talking_to:
                talking_to = outcome.remote
                yield f"... while talking to {printable(talking_to)}:"
            if outcome.reply:
                yield f"<<< {printable(outcome.reply)}"
        elif isinstance(outcome, Failed) and outcome.exit is not None and not outcome.reply[:3].isdecimal():
            yield printable(outcome.reply)
        yield _event(printable(notice.recipient.address), notice)


def _event(address: str, notice: Notice) -> str:
    match notice.outcome:
        case Failed() as failed:
            return f"{_code(failed)} {address}... {printable(failed.text) or 'Delivery failed'}"
        case Deferred() as deferred:
            return f"{address}... {printable(deferred.text) or 'Deferred'}"
    return f"{address}... {_DONE.get(notice.action, notice.action.value)}"


def _code(outcome: Outcome) -> str:
    """Reply code and enhanced code: the far end's own, or the general code of a permanent failure."""
    code = outcome.reply[:3] if outcome.reply[:3].isdecimal() else "554"
    return f"{code} {printable(outcome.status)}"
