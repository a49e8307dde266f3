"""MaxMimeHeaderLength: MIME fields no longer than careless readers of mail can bear.

A field that is too long is cut; quotes and comments that were open are closed, and a character is not cut from the
backslash before it.  A folding counts as one character.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MimeLimits:
    """Characters of a whole field, and of one parameter; 0: any number.  Names of fields are in lower case."""

    whole: int
    parameter: int
    text_fields: frozenset[str]  # class {checkMIMETextHeaders}: simply cut
    fields: frozenset[str]  # class {checkMIMEHeaders}
    parameter_fields: frozenset[str]  # class {checkMIMEFieldHeaders}

    def shortened(self, name: str, value: str) -> str:
        """The value as it may go out; `value` is all behind the colon."""
        if len(value) <= min(self.whole, self.parameter):
            return value
        text = value.replace("\r\n", "\n")
        if self.whole and name in self.text_fields:
            text = text[: self.whole]
        if self.parameter and name in self.parameter_fields:
            text = ";".join(balanced(part, self.parameter + 1) for part in parameters(text))
        if self.whole and name in self.fields:
            text = balanced(text, self.whole + 1)
        return text.replace("\n", "\r\n")


def balanced(text: str, most: int) -> str:
    """The beginning of a text with quotes and comments closed; the text itself when it is short enough."""
    if len(text) <= most:
        return text
    kept, closing = [], ""
    length = 0
    for piece in _pieces(text):
        after = _closing(closing, piece)
        if length + len(piece) + len(after) > most:
            break
        kept.append(piece)
        length += len(piece)
        closing = after
    return "".join(kept) + closing


def parameters(text: str) -> Iterator[str]:
    """The parts between semicolons that stand in no quotes and no comment."""
    closing, part = "", list[str]()
    for piece in _pieces(text):
        closing = _closing(closing, piece)
        if piece == ";" and not closing:
            yield "".join(part)
            part = []
        else:
            part.append(piece)
    yield "".join(part)


def _pieces(text: str) -> Iterator[str]:
    """Characters, each with the backslash before it."""
    characters = iter(text)
    for character in characters:
        yield character + next(characters, "") if character == "\\" else character


def _closing(closing: str, piece: str) -> str:
    """What closes everything that is open behind this piece, where `closing` did before it."""
    if closing[:1] == '"':
        return closing[1:] if piece == '"' else closing
    match piece:
        case "(":
            return f"){closing}"
        case ")" if closing:
            return closing[1:]
        case '"' if not closing:
            return '"'
    return closing
