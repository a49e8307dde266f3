"""Addresses to tokens and back.

Sendmail rewrites token lists, not text.  `Tokenizer.scan` cuts text into tokens and repairs what is unbalanced;
`Tokenizer.join` glues tokens together again, with a blank (or BlankSub) only between two atoms.

Three tables say what parentheses and the configuration's symbols are:

EXTERNAL  an address from outside, or a macro's value: comments vanish, symbols are ordinary characters
INTERNAL  the default of a map look-up: comments vanish, symbols are tokens
RULES     rules, test mode, `$>+` header checks: parentheses are tokens, symbols are tokens
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from noctule.symbols import codes

DEFAULT_OPERATORS = ".:@[]"
ALWAYS_OPERATORS = "()<>,;\r\n"
MAX_TOKENS = 1000
MAX_TOKEN_LENGTH = 256
MAX_TEXT = 1251  # characters of all tokens of one address, each with one for its end
MAX_OPERATORS = 49
BLANKS = " \t\n\v\f\r"
_NAMED = frozenset((codes.MATCH_CLASS, codes.MATCH_NOT_CLASS, codes.DEFERRED, codes.MACRO))
_SYMBOLS = frozenset(codes.SPELLING)


class Table(Enum):
    """What comments and symbols are while scanning."""

    EXTERNAL = "external"
    INTERNAL = "internal"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Scan:
    """Tokens of one address, what had to be repaired or refused, and where the scan stopped.

    `end` is the index of the delimiter (or the length of the text).  No tokens means: no address; `given_up` are those
    found before a limit was passed.
    """

    tokens: tuple[str, ...]
    complaints: tuple[tuple[str, str], ...] = ()  # (reply code and enhanced status, text)
    end: int = 0
    given_up: tuple[str, ...] = ()


class _LimitError(Exception):
    """A limit was passed; the scan gives no address."""


@dataclass(slots=True)
class _State:
    """One scan under way: a token is built in `word` until something ends it."""

    text: str
    delimiter: str
    repair: bool = True
    at: int = 0
    angles: int = 0
    route: bool = False
    size: int = 0
    word: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    complaints: list[tuple[str, str]] = field(default_factory=list)

    def complain(self, text: str, code: str = "553") -> None:
        self.complaints.append((code, f"{shorten(self.text)}... {text}"))

    def end_word(self) -> None:
        if self.word:
            word = "".join(self.word)
            self.word.clear()
            self.add(word)

    def add(self, token: str) -> None:
        self.size += len(token) + 1
        if self.size > MAX_TEXT:
            self.complain("Address too long", "553 5.1.1")
            raise _LimitError
        if len(self.tokens) >= MAX_TOKENS:
            self.complain("prescan: too many tokens", "553 5.1.0")
            raise _LimitError
        if len(token) > MAX_TOKEN_LENGTH:
            self.complain("prescan: token too long", "553 5.1.0")
            raise _LimitError
        self.tokens.append(token)


class Tokenizer:
    """The tokenizer of one configuration: its OperatorChars and its BlankSub, "" for the usual ones."""

    __slots__ = ("_fast", "_fast_text", "blank", "no_atom", "operators")

    def __init__(self, operators: str = "", blank: str = "") -> None:
        self.operators = frozenset((operators or DEFAULT_OPERATORS)[:MAX_OPERATORS] + ALWAYS_OPERATORS)
        self.blank = blank or " "
        self.no_atom: frozenset[str] = self.operators | _SYMBOLS | {'"', *BLANKS}  # with these begins no word
        single = re.escape("".join(sorted(self.operators - set(BLANKS))))
        special = re.escape('"\\(),;<>') + "\x00-\x20"
        symbols = "\uf700-\uf7ff"
        self._fast = re.compile(f"[{single}]|[^{single}]+").findall
        self._fast_text = re.compile(rf"(?:[^{special}{symbols}]+|<[^{special}{symbols}]*>)\Z").match

    def scan(self, text: str, delimiter: str = "", table: Table = Table.EXTERNAL, *, repair: bool = True) -> Scan:
        """Cut `text` into tokens, up to `delimiter` outside of brackets and quotes ("" for all of it).

        Without `repair` (rules) quotes and brackets may be unbalanced.
        """
        if len(text) < MAX_TOKEN_LENGTH and self._fast_text(text) and (not delimiter or delimiter not in text):
            return Scan(tuple(self._fast(text)), (), len(text))
        state = _State(text, delimiter, repair)
        try:
            self._scan(state, table)
        except _LimitError:
            return Scan((), tuple(state.complaints), state.at, tuple(state.tokens))
        return Scan(tuple(state.tokens), tuple(state.complaints), state.at)

    def join(self, tokens: Sequence[str], blank: str | None = None) -> str:
        """Tokens as text, with `blank` (BlankSub when None) between neighbouring atoms."""
        glue = self.blank if blank is None else blank
        no_atom = self.no_atom
        out: list[str] = []
        after_atom = False
        for token in tokens:
            atom = token[0] not in no_atom
            if atom and after_atom:
                out.append(glue)
            out.append(token)
            after_atom = atom
        return "".join(out)

    def _scan(self, state: _State, table: Table) -> None:
        text, size = state.text, len(state.text)
        comments = table is not Table.RULES
        symbols = table is not Table.EXTERNAL
        while state.at < size:
            char = text[state.at]
            if char == state.delimiter or (state.delimiter == " " and char in BLANKS):
                if state.angles == 0:
                    break
                if state.repair and char == "," and not state.route:
                    state.complain("Unbalanced '<'")
                    self._close_angle(state)
                    break
            state.at += 1
            if char == "\\":
                self._backslash(state)
            elif char == '"':
                state.end_word()
                self._quoted(state)
            elif char == "(" and comments:
                self._comment(state)
            elif char == ")" and comments:
                state.complain("Unbalanced ')'")
            elif char in BLANKS:
                state.end_word()
            elif char in self.operators:
                self._operator(state, char)
            elif symbols and char in _SYMBOLS:
                self._symbol(state, char)
            else:
                state.word.append(char)
        state.end_word()
        while state.repair and state.angles > 0:
            state.complain("Unbalanced '<'")
            self._close_angle(state)

    @staticmethod
    def _backslash(state: _State) -> None:
        if state.at >= len(state.text):
            if state.repair and state.angles > 0:  # it protects the first `>` that is added
                state.complain("Unbalanced '<'")
                state.word.append("\\>")
            return  # otherwise a last backslash vanishes
        char = state.text[state.at]
        if char == "!" or (char == state.delimiter and state.angles == 0):
            return  # what follows is what it would have been without the backslash
        state.at += 1
        state.word.append("\\" + char)

    @staticmethod
    def _quoted(state: _State) -> None:
        """The token from an opening quote (already read) to its partner."""
        text = state.text
        start = state.at - 1
        at = state.at
        while at < len(text) and text[at] != '"':
            at += 2 if text[at] == "\\" else 1
        if at >= len(text):
            state.at = len(text)
            missing = 0
            if state.repair:
                missing = 2 if at > len(text) else 1  # a last backslash protects the first quote that is added
            for _ in range(missing):
                state.complain("Unbalanced '\"'")
            state.add(text[start:] + '"' * missing)
            return
        state.at = at + 1
        state.add(text[start : at + 1])

    @staticmethod
    def _comment(state: _State) -> None:
        """Skip a comment whose `(` has been read; it ends the word before it."""
        depth = 1
        while depth:
            if state.at >= len(state.text):
                protected = state.at > len(state.text)  # by a last backslash: the first that is added
                for _ in range(depth + protected):
                    state.complain("Unbalanced '('")
                break
            char = state.text[state.at]
            state.at += 2 if char == "\\" else 1
            depth += (char == "(") - (char == ")")
        state.at = min(state.at, len(state.text))
        state.end_word()

    def _operator(self, state: _State, char: str) -> None:
        if char == ">":
            if state.repair and state.angles == 0:
                state.complain("Unbalanced '>'")
                return
            self._close_angle(state)
            return
        state.end_word()
        if char == "<":
            state.angles += 1
            state.route = state.text[state.at :].lstrip(BLANKS).startswith("@") or state.route
        state.add(char)

    @staticmethod
    def _close_angle(state: _State) -> None:
        state.end_word()
        state.angles -= 1
        state.route = False
        state.add(">")

    @staticmethod
    def _symbol(state: _State, char: str) -> None:
        """A symbol of the configuration language; class and macro references take their name with them."""
        state.end_word()
        if char in _NAMED and state.text.startswith(codes.NAME_BEGIN, state.at):
            end = state.text.find(codes.NAME_END, state.at)
            if end >= 0:
                char += state.text[state.at : end + 1]
                state.at = end + 1
        state.add(char)


def shorten(text: str, limit: int = 203) -> str:
    """Text for a message: the middle of what is too long becomes three dots."""
    if len(text) < limit:
        return text
    half = (limit - 3) // 2
    return f"{text[:half]}...{text[-half:]}"
