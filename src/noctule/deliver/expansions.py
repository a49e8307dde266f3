"""What the log is told of an expansion: which lists were followed, and who could not be found."""

from noctule.mail.envelope import Envelope
from noctule.mail.outcome import Failed
from noctule.observe.log import Log
from noctule.route.results import Expansion, Note, NoteKind


def say_expansion(log: Log, envelope: Envelope, expansion: Expansion, now: float) -> None:
    """A line for each note, and `to=` for each recipient that the expansion has ended or put off."""
    for note in expansion.notes:
        _say_note(log, envelope.id, note)
    for recipient in expansion.recipients:
        outcome = expansion.outcomes.get(recipient.number)
        if outcome is None:
            continue
        failed = isinstance(outcome, Failed)
        log.delivery(
            envelope.id,
            recipients=[recipient.address],
            controller=recipient.controller,
            delay=now - envelope.created,
            mailer=recipient.triple.mailer if recipient.triple else "",
            priority=envelope.priority,
            dsn=outcome.status if failed else "",
            reply=outcome.reply,
            stat=outcome.text if failed else "queued",
        )


def _say_note(log: Log, id: str, note: Note) -> None:  # noqa: A002
    match note.kind:
        case NoteKind.ALIAS:
            log.alias_expanded(id, name=note.name, members=note.text)
        case NoteKind.FORWARD:
            log.forward_expanded(id, name=note.name, members=note.text)
        case NoteKind.FORWARD_UNUSABLE:
            log.user_error(id, f"forward {note.name}: {note.text}")
        case NoteKind.LOOP:
            log.user_error(id, f"aliasing/forwarding loop broken: {note.name} ({note.text})")
        case NoteKind.OWNER:
            pass  # said when the clone gets its id
