"""mailq: `sendmail -bp`."""

import sys

from noctule.commands import sendmail


def main(argv: list[str] | None = None) -> int:
    """Run; the result is the exit status."""
    words = sys.argv[1:] if argv is None else argv
    return sendmail.main(["mailq", *words])
