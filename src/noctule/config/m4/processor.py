"""The macro processor: takes tokens, calls macros, and puts what they say in front of the input again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from noctule.base.errors import Position
from noctule.config.m4.input import Input, Limits, Token
from noctule.config.m4.messages import FatalError, Message
from noctule.config.m4.output import Output
from noctule.config.m4.places import Piece, Place, line_sources
from noctule.config.m4.symbols import Argument, Builtin, Definition, Macro, Symbols
from noctule.config.m4.synclines import Synclines
from noctule.config.m4.tracing import Tracing
from noctule.config.m4.world import Files, Source

_BLANKS = " \t\n\v\f\r"
COMMAND_LINE = Place("command line", 0)


@dataclass(frozen=True, slots=True)
class Expansion:
    """What came of it.

    `pieces` make up the text; `files` are the paths of all that was read; `status` is the exit status: 0 is good.
    `macros`: where those were defined that are left at the end.
    """

    pieces: list[Piece]
    files: list[str]
    messages: list[Message]
    status: int
    macros: Mapping[str, Place] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def sources(self, is_library: Callable[[str], bool]) -> list[Position]:
        """For each line of the text the line of the administrator's files (else the library's) that made it so."""
        return line_sources(self.pieces, is_library)


def expand(
    sources: Iterable[Source],
    *,
    files: Files,
    definitions: Mapping[str, str] | None = None,
    undefined: Iterable[str] = (),
    synclines: bool = False,
    limits: Limits | None = None,
) -> Expansion:
    """Expand sources one after the other, as `m4 -D… -U… [-s] FILE…` does.  Never raises for what they say."""
    processor = Processor(files, limits or Limits(), synclines=synclines)
    for name, value in (definitions or {}).items():
        processor.symbols.define(name, Macro(value, COMMAND_LINE))
    for name in undefined:
        processor.symbols.remove(name)
    return processor.run(sources)


class Call:
    """A macro call while its arguments are collected; `args[0]` is the name."""

    __slots__ = ("_builtin", "_parens", "_parts", "_skipping", "args", "definition", "place", "position")

    def __init__(self, name: str, definition: Definition, position: Position, place: Place) -> None:
        self.args: list[Argument] = [name]
        self.definition = definition
        self.position = position
        self.place = place
        self._parts: list[str] = []
        self._parens = 0
        self._skipping = True  # white space before an argument
        self._builtin: Builtin | None = None

    @property
    def name(self) -> str:
        return str(self.args[0])

    def text(self, number: int) -> str:
        """An argument, "" when there is none."""
        found = self.args[number] if number < len(self.args) else ""
        return found if isinstance(found, str) else ""

    def texts(self, first: int = 1) -> list[str]:
        return [self.text(number) for number in range(first, len(self.args))]

    def take(self, kind: Token, text: str, builtin: Builtin | None) -> bool:
        """One token of the arguments; True when it is the parenthesis that ends them."""
        match kind:
            case Token.PLAIN if self._skipping:
                text = text.lstrip(_BLANKS)
                if not text:
                    return False
            case Token.OPEN:
                self._parens += 1
            case Token.CLOSE if self._parens == 0:
                self._end_argument()
                return True
            case Token.CLOSE:
                self._parens -= 1
            case Token.COMMA if self._parens == 0:
                self._end_argument()
                return False
            case Token.BUILTIN:
                if not self._parts:
                    self._builtin = builtin
                return False
        self._skipping = False
        self._parts.append(text)
        return False

    def leave_blanks(self) -> None:
        """An expansion begins here: white space counts from now on."""
        self._skipping = False

    def _end_argument(self) -> None:
        self.args.append(self._builtin or "".join(self._parts))
        self._parts = []
        self._builtin = None
        self._skipping = True


@dataclass(slots=True)
class _Ended(Exception):  # noqa: N818  # no error: m4exit
    status: int


@dataclass(slots=True)
class Wrapped:
    """Text for the end of input, and where it was given."""

    text: str
    position: Position
    place: Place


class Processor:
    """One expansion.  Builtins work on `symbols`, `input`, `output`, `wrapped`, `files` and `tracing`."""

    def __init__(self, files: Files, limits: Limits, *, synclines: bool) -> None:
        from noctule.config.m4.table import BUILTINS

        self.files = files
        self.limits = limits
        self.input = Input(limits)
        self.output = Output(limits.text)
        self._synclines = Synclines(self.output) if synclines else None
        self.symbols = Symbols({builtin.name: [builtin] for builtin in BUILTINS})
        for name in ("__gnu__", "__unix__"):
            self.symbols.define(name, Macro("", COMMAND_LINE))
        self.tracing = Tracing()
        self.wrapped: list[Wrapped] = []
        self.messages: list[Message] = []
        self.status = 0
        self.command_status = 0
        self._calls: list[Call] = []
        self._left = limits.calls

    def run(self, sources: Iterable[Source]) -> Expansion:
        try:
            for source in sources:
                self.input.push_file(source.path, source.text, None)
                self._read()
            while self.wrapped:
                self._read_wrapped()
            self.output.divert(0)
            self.output.undivert_all()
        except FatalError as error:
            self.messages.append(Message(error.text, error.position))
            self.status = 1
        except _Ended as end:
            self.status = end.status or self.status
        places = {
            name: macro.place for name in self.symbols.names() if isinstance(macro := self.symbols.get(name), Macro)
        }
        return Expansion(self.output.written, self.input.files, self.messages, self.status, places)

    def end(self, status: int) -> None:
        """m4exit: nothing more is read, and what is diverted is lost."""
        raise _Ended(status)

    def _read_wrapped(self) -> None:
        texts, self.wrapped = self.wrapped, []
        for wrapped in texts:
            self.input.push_text(wrapped.text, wrapped.position, wrapped.place)
        self._read()

    def _read(self) -> None:
        """Until there is no input."""
        source, calls, output = self.input, self._calls, self.output
        while (kind := source.next()) is not Token.END:
            if kind is Token.NAME and self._called(source.text):
                continue
            if not calls:
                if kind is not Token.BUILTIN and output.number >= 0:
                    output.emit(self._piece(kind))
            elif calls[-1].take(kind, source.text, source.builtin):
                self._finish(calls.pop())
        if calls:
            raise FatalError("ERROR: end of file in argument list", calls[-1].position)

    def _piece(self, kind: Token) -> Piece:
        """The last token on its way out."""
        source = self.input
        if self._synclines is None:
            return Piece(source.text, source.place(), source.frame.running)
        return Piece(self._synclines.marked(source, kind), source.place())

    def _called(self, name: str) -> bool:
        """Begin the call if this is a macro's."""
        definition = self.symbols.get(name)
        if definition is None:
            return False
        follows = self.input.arguments_follow()
        if isinstance(definition, Builtin) and not definition.bare and not follows:
            return False
        if self._calls:
            self._calls[-1].leave_blanks()
        call = Call(name, definition, self.input.position(), self.input.place())
        self._left -= 1
        if self._left < 0:
            raise FatalError(f"limit of {self.limits.calls} macro calls exceeded, in the call of {name}", call.position)
        if len(self._calls) >= self.limits.nesting:
            raise FatalError(f"recursion limit of {self.limits.nesting} exceeded", call.position)
        if not follows:
            self._finish(call)
            return True
        self.input.next()
        self._calls.append(call)
        return True

    def _finish(self, call: Call) -> None:
        """Call it and put what it says back into the input."""
        text = self.result(call)
        if self.tracing.shows(call.name):
            self.messages.append(Message(self.tracing.line(call, len(self._calls) + 1, text, self.quoted)))
        if text:
            self.input.push_text(text, call.position, self._place_of(call))

    @staticmethod
    def _place_of(call: Call) -> Place:
        """Where the text of a call comes from: the definition, through the call."""
        match call.definition:
            case Macro(_, place) if (place.file, place.line) != (call.place.file, call.place.line):
                return Place(place.file, place.line, call.place)
        return call.place

    def result(self, call: Call) -> str:
        """What a call with all its arguments says."""
        if isinstance(call.definition, Builtin):
            return self._run(call, call.definition)
        text = self._substituted(call, call.definition)
        if len(text) > self.limits.text:
            raise FatalError(f"output limit of {self.limits.text} characters exceeded", call.position)
        return text

    def _run(self, call: Call, builtin: Builtin) -> str:
        given = len(call.args) - 1
        if given < builtin.least and not (given == 0 and builtin.bare):
            self.warn(call, f"Warning: too few arguments to builtin `{call.name}'")
            if not builtin.lenient:
                return ""
        elif 0 <= builtin.most < given:
            self.warn(call, f"Warning: excess arguments to builtin `{call.name}' ignored")
        return builtin.run(self, call)

    def _substituted(self, call: Call, macro: Macro) -> str:
        parts = macro.parts
        if len(parts) == 1:
            return macro.body
        out = [parts[0]]
        for number in range(1, len(parts), 2):
            parameter = parts[number]
            match parameter:
                case "#":
                    out.append(str(len(call.args) - 1))
                case "*":
                    out.append(",".join(call.texts()))
                case "@":
                    out.append(self.quoted_list(call.texts()))
                case _:
                    out.append(call.text(int(parameter[:9])))
            out.append(parts[number + 1])
        return "".join(out)

    # -- for builtins

    def quoted(self, text: str) -> str:
        return f"{self.input.open_quote}{text}{self.input.close_quote}"

    def quoted_list(self, texts: list[str]) -> str:
        return ",".join(map(self.quoted, texts))

    def warn(self, call: Call, text: str) -> str:
        """Tell what is odd; the exit status stays.  The expansion is empty."""
        self.messages.append(Message(text, call.position))
        return ""

    def fail(self, call: Call, text: str) -> str:
        """Tell what is wrong; the exit status becomes 1.  The expansion is empty."""
        self.status = 1
        return self.warn(call, text)
