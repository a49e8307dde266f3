"""ErrorMode: what the one who gave us a message, and waits for it, is told of failures."""

from pathlib import Path

from noctule.base.errors import TemporaryError
from noctule.deliver.reports import letter
from noctule.dsn import Action, Notice
from noctule.files import append_whole
from noctule.mail.envelope import Envelope
from noctule.mail.status import TEXT_OF_EXIT, Exit
from noctule.mqueue.store import Body

PRINT, QUIET, BERKNET = "p", "q", "e"  # the others, m and w, have failures mailed
_EXIT_OF_TEXT = {text: code for code, text in TEXT_OF_EXIT.items()}


class Failures:
    """Those of one message.  `status` is what the command ends with."""

    def __init__(self, mode: str, daemon: str, dead_letters: Path) -> None:
        """`mode` is the letter of ErrorMode, `daemon` the author of reports; `dead_letters` is a file."""
        self._mode = mode
        self._daemon = daemon
        self._dead_letters = dead_letters
        self.id = ""
        self.status = Exit.OK

    def add(self, status: Exit) -> None:
        """A failure; the first one decides."""
        if self._mode != BERKNET:
            self.status = self.status or status

    def settled(self, envelope: Envelope, notices: tuple[Notice, ...], body: Body) -> bool:
        """Whether the failures are dealt with; else a report is to be mailed."""
        if envelope.id != self.id:
            return False
        for notice in notices:
            if notice.action is Action.FAILED and notice.outcome is not None:
                self.add(_exit_of(notice.outcome.text))
        return self._mode == QUIET or (self._mode == PRINT and self._saved(envelope, body))

    def _saved(self, envelope: Envelope, body: Body) -> bool:
        path = self._dead_letters
        try:
            append_whole(str(path), letter(envelope, self._daemon, body))
        except (OSError, TemporaryError):
            return False
        print(f"{path}... Saved message in {path}")
        return True


def _exit_of(text: str) -> Exit:
    """The status whose words an outcome begins with."""
    return next((code for known, code in _EXIT_OF_TEXT.items() if text.startswith(known)), Exit.UNAVAILABLE)
