"""From a site.mc to the text of its cf file, each line of which knows where it came from."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from noctule.assembly.macrofiles import ENTRY, DiskFiles
from noctule.base.errors import ConfigurationError, Position
from noctule.config.m4 import Expansion, Message, Place, Source, expand

SUFFIX = ".mc"
LIBRARY = str(Path(__file__).parents[1] / "share" / "cf")
_SHORT = "cf"
_BLANKS = (" ", "\t")
_MARK = "\f"  # nothing m4 looks at
_NAME = re.compile(r"\b[A-Za-z_]\w*")
_INCLUDES_LIBRARY = re.compile(r"^(?!.*\bdnl\b.*include).*\binclude\([^)\n]*m4/cf\.m4", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroRequest:
    """What to expand, and how.

    `library` takes the place of Noctule's own.  `include` are directories searched for included files.  `synclines`:
    comments in the cf file name the lines of the mc file.
    """

    path: str
    library: str = ""
    include: Sequence[str] = ()
    definitions: Sequence[tuple[str, str]] = ()
    undefined: Sequence[str] = ()
    synclines: bool = False
    allow_commands: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """What a library or m4 says about the mc file; `text` may have several lines."""

    position: Position | None
    text: str

    def __str__(self) -> str:
        return f"{self.position}: {self.text}" if self.position else self.text


@dataclass(frozen=True, slots=True)
class Generated:
    """A cf file in memory.  `sources` has the origin of each of its lines, in the mc file if it has one there."""

    text: str
    sources: Sequence[Position] = ()
    remarks: Sequence[Remark] = ()
    libraries: tuple[str, ...] = ()  # directories

    def source(self, line: int) -> Position | None:
        """The origin of a line counted from 1."""
        return self.sources[line - 1] if 0 < line <= len(self.sources) else None

    def is_library(self, source: Position | None) -> bool:
        """Whether a line comes from a configuration library, and not from who uses it."""
        return source is not None and source.file.startswith(self.libraries)


def is_plain(text: str) -> bool:
    """Whether a piece of a site file comes out as it went in: no word of it is a macro of m4 or of the library."""
    files = DiskFiles((), LIBRARY, allow_commands=False)
    sources = [files.read(str(Path(LIBRARY) / ENTRY)), Source("", f"divert(0)dnl\n{_MARK}{text}{_MARK}m4exit(0)")]
    expansion = expand(sources, files=files, definitions={"_CF_DIR_": f"{LIBRARY}/"})
    return expansion.text.split(_MARK)[1:2] == [text]


def generate(request: MacroRequest) -> Generated:
    """Expand the file.  Raises ConfigurationError, all messages in its text, when it cannot be done."""
    library = request.library or LIBRARY
    files = DiskFiles((str(Path(request.path).parent), *request.include), library, request.allow_commands)
    try:
        site = files.read(request.path)
    except OSError as error:
        raise ConfigurationError(f"{request.path}: cannot open: {error.strerror}") from None
    definitions = dict(request.definitions)
    sources = [site]
    if not _INCLUDES_LIBRARY.search(site.text):  # such a file brings its library itself, after comments of m4's kind
        definitions.setdefault("_CF_DIR_", library + "/")
        sources.insert(0, files.read(str(Path(library) / ENTRY)))
    if not request.allow_commands:
        definitions.setdefault("_NO_MAKEINFO_", "")  # the original library's header asks a shell script who built it
    expansion = expand(
        sources, files=files, definitions=definitions, undefined=request.undefined, synclines=request.synclines
    )
    if expansion.status:
        raise ConfigurationError("\n".join(str(message).rstrip("\n") for message in expansion.messages))
    entries = [file.removesuffix(ENTRY) for file in expansion.files if file.endswith("/" + ENTRY)]
    libraries = (library.rstrip("/") + "/", *entries)
    sources_of_lines = expansion.sources(functools.cache(lambda file: file.startswith(libraries)))
    own = Path(library).resolve() == Path(LIBRARY)
    shown = [_short(source, library) for source in sources_of_lines] if own else sources_of_lines
    remarks = list(_remarks(expansion, libraries))
    return Generated(expansion.text, shown, remarks, (f"{_SHORT}/", *libraries) if own else libraries)


def _remarks(expansion: Expansion, libraries: tuple[str, ...]) -> Iterator[Remark]:
    """One for each message; what a library prints bit by bit, or goes on about in further lines, is one."""
    begun: Remark | None = None
    for message in expansion.messages:
        if begun and message.position is None and (not begun.text.endswith("\n") or message.text[:1] in _BLANKS):
            begun = Remark(begun.position, begun.text + message.text)
            continue
        if begun:
            yield Remark(begun.position, begun.text.rstrip("\n"))
        position = message.position or _origin(message, expansion.macros, libraries)
        begun = Remark(position, message.text)
    if begun:
        yield Remark(begun.position, begun.text.rstrip("\n"))


def _origin(message: Message, macros: Mapping[str, Place], libraries: tuple[str, ...]) -> Position | None:
    """The line of the mc file that makes a library speak: the call, or at the end the definition it speaks about."""
    if message.place is None or not message.place.file.startswith(libraries):
        return None  # the mc file speaks for itself
    names = [macros[name] for name in _NAME.findall(message.text) if name in macros]
    places = [*message.place.outwards(), *names]
    return next((place.position for place in places if place.line and not place.file.startswith(libraries)), None)


def _short(source: Position, library: str) -> Position:
    """A place in Noctule's own library by its path in there: `cf/feature/access_db.m4`."""
    if not source.file.startswith(f"{library}/"):
        return source
    return Position(_SHORT + source.file.removeprefix(library), source.line)
