"""What a command shows of its conversations: on the terminal (-v), and in a file (-X)."""

import os
from collections.abc import Sequence

from noctule.commands.flags import FlagError, Invocation
from noctule.files import open_for_appending
from noctule.mail.status import Exit
from noctule.observe.text import printable


class TrafficFile:
    """The file of -X: a line for each line that is said, behind the number of this process and an arrow.

    It is opened with the rights of whoever types the command, and never through a link.  Raises FlagError.
    """

    def __init__(self, path: str) -> None:
        try:
            self._descriptor = open_for_appending(path)
        except OSError as error:
            raise FlagError(f"cannot open {path}: {error.strerror or error}", Exit.CANTCREAT) from None
        self._rest = {"<<<": b"", ">>>": b""}

    def line(self, arrow: str, text: str) -> None:
        """`arrow` is `<<<` for what comes to us, `>>>` for what we say, `===` for anything else."""
        shown = "\t".join(map(printable, text.split("\t")))
        os.write(self._descriptor, f"{os.getpid():05} {arrow} {shown}\n".encode("ascii"))

    def lines(self, arrow: str, data: bytes) -> None:
        """Text cut anywhere; a line is written when it is whole."""
        *whole, self._rest[arrow] = (self._rest[arrow] + data).split(b"\n")
        for line in whole:
            self.line(arrow, line.decode("latin-1").removesuffix("\r"))


class Conversation:
    """An Onlooker.  `verbose`: to standard output as well."""

    def __init__(self, path: str, *, verbose: bool) -> None:
        self.verbose = verbose
        self.traffic = TrafficFile(path) if path else None

    def connecting(self, recipients: Sequence[str], host: str, port: int, mailer: str) -> None:
        place = f"{host} port {port} via {mailer}" if host else mailer
        self._show(f"{printable(','.join(recipients))}... Connecting to {place}...")
        self._write("===", f"CONNECT {host}" if host else f"EXEC {mailer}")

    def sent(self, line: str) -> None:
        self._show(f">>> {printable(line)}")
        if line != ".":  # text() had it
            self._write(">>>", line)

    def received(self, line: str) -> None:
        self._show(printable(line))
        self._write("<<<", line)

    def text(self, data: bytes) -> None:
        if self.traffic is not None:
            self.traffic.lines(">>>", data)

    def closing(self, host: str) -> None:
        self._show(f"Closing connection to {host}")

    def ended(self, recipients: Sequence[str], stat: str) -> None:
        """What an attempt came to."""
        self._show(f"{printable(','.join(recipients))}... {printable(stat)}")

    def _show(self, text: str) -> None:
        if self.verbose:
            print(text, flush=True)

    def _write(self, arrow: str, text: str) -> None:
        if self.traffic is not None:
            self.traffic.line(arrow, text)


def conversation_of(invocation: Invocation) -> Conversation | None:
    """What -v and -X ask for.  Raises FlagError."""
    if not (invocation.verbose or invocation.traffic_log):
        return None
    return Conversation(invocation.traffic_log, verbose=invocation.verbose)
