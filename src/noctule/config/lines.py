"""Physical lines to logical lines."""

from collections.abc import Iterator


def logical_lines(source: str) -> Iterator[tuple[int, str]]:
    """Every logical line that says something, with the number of its last physical line.

    A physical line that begins with a blank or a tab goes on with the line before it (the newline and the white space
    stay).  Empty lines and lines that begin with `#` say nothing. CR LF ends a line as LF does.
    """
    held: str | None = None
    number = 0
    for line in source.split("\n"):
        text = line.removesuffix("\r")
        if held is not None and text[:1] in (" ", "\t"):
            held += "\n" + text
        else:
            if held and not held.startswith("#"):
                yield number, held
            held = text
        number += 1
    if held and not held.startswith("#"):
        yield number, held
