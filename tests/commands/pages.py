"""Commands that a page of the documentation shows, with the output it shows for them."""

from collections.abc import Iterator
from pathlib import Path

ELLIPSIS = "…"


def commands(page: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Each `$ command` of a block, as words, and the lines below it."""
    command: list[str] = []
    shown: list[str] = []
    inside = False
    for line in page.read_text().splitlines():
        if line.startswith(("```", "$ ")) and command:
            yield command, shown
            command, shown = [], []
        if line.startswith("```"):
            inside = not inside
        elif inside and line.startswith("$ "):
            command, shown = line[2:].split(), []
        elif inside:
            shown.append(line)


def missing(shown: list[str], printed: list[str]) -> str:
    """The first line shown that was not printed in its place, "" for none; an ellipsis stands for any lines."""
    at, free = 0, False
    for line in shown:
        if line == ELLIPSIS:
            free = True
            continue
        found = printed.index(line, at) if line in printed[at:] else -1
        if found < 0 or (found != at and not free):
            return line
        at, free = found + 1, False
    return "" if free or at == len(printed) else f"(not shown) {printed[at]}"
