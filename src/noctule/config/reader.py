"""Reads a cf file line by line."""

import re
from collections.abc import Callable, Sequence

from noctule.base.debug import Debug, Topic
from noctule.base.errors import Position
from noctule.base.text import BLANKS, ascii_lower
from noctule.config.c_numbers import leading_integer
from noctule.config.class_lines import ClassReader
from noctule.config.complaints import Complaints
from noctule.config.fields import unquote
from noctule.config.filters import read_filter
from noctule.config.headers import read_header
from noctule.config.lines import logical_lines
from noctule.config.mailers import MailerReader, built_in_mailers, finish_mailers
from noctule.config.model import Configuration, MapDeclaration, Opener
from noctule.config.option_lines import OptionReader
from noctule.config.options import Options
from noctule.config.queue_groups import read_queue_group
from noctule.config.rulesets import Rulesets
from noctule.config.translate import macro_name, translate
from noctule.symbols.classes import Classes
from noctule.symbols.expand import definition_line, expand, expand_codes, spell_codes
from noctule.symbols.macros import Macros

LEVEL = 10  # of the language: what the V line says
COMMENTS_LEVEL = 3  # `#` begins a comment inside lines from here on
SHORT_NAME_LEVEL = 5  # $w loses its domain
COLON_LEVEL = 6  # host:user is no address any more
OPTIONS_LEVEL = 7  # what these macros said are options:
OLD_MACROS = {"e": "SmtpGreetingMessage", "l": "UnixFromLine", "o": "OperatorChars"}
VENDORS = ("berkeley", "debian", "digital", "hp", "ibm", "sendmail", "sun")
_MAP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.]*")
_MAP_CLASS = re.compile(r"[A-Za-z0-9]+")


def read(
    source: str,
    *,
    file: str,
    macros: Macros,
    classes: Classes,
    opener: Opener,
    version: str,
    settings: Sequence[str] = (),
    options: Options | None = None,
    sources: Sequence[Position] = (),
    debug: Debug | None = None,
) -> Configuration:
    """Read a whole configuration.

    `source` is byte text. `macros` and `classes` hold the presets and are added to. `settings` are options of the
    command line as an O line would say them after its `O` (` LogLevel=14`, `L14`): they come first, and no line of
    the file changes them. `version` is named in complaints about the level. `options` is filled while the file is
    read, for an opener that obeys what came before. `debug` is told of what is set. `sources` are the origins of the
    lines of a generated file. Never raises for what the file says.
    """
    reader = _Reader(macros, classes, opener, options or Options(), debug or Debug())
    for setting in settings:
        reader.options.line(translate(setting, reader.say.error), sticky=True)
    for number, line in logical_lines(source):
        origin = sources[number - 1] if number <= len(sources) else None
        reader.say.position = Position(file, number, origin)
        reader.line(line)
    return reader.finish(version)


class _Reader:
    """One pass over one file: a method for each kind of line."""

    def __init__(self, macros: Macros, classes: Classes, opener: Opener, options: Options, debug: Debug) -> None:
        self.say = say = Complaints()
        self.conf = conf = Configuration(
            macros=macros, classes=classes, options=options, mailers=built_in_mailers(), debug=debug
        )
        self.options = OptionReader(conf, opener, say)
        self._macros = macros
        self._opener = opener
        self._rulesets = rulesets = Rulesets(macros, say)
        class_reader = ClassReader(conf, opener, say)
        mailers = MailerReader(conf.mailers, rulesets, conf.queue_groups, opener, say)
        self._kinds: dict[str, Callable[[str], None]] = {
            "C": class_reader.written,
            "D": self._define,
            "E": self._environment,
            "F": class_reader.read,
            "H": self._header,
            "K": self._map,
            "M": mailers.line,
            "O": self.options.line,
            "P": self._precedence,
            "Q": self._queue_group,
            "R": self._rule,
            "S": self._ruleset,
            "T": class_reader.trusted,
            "V": self._version,
            "X": self._filter,
        }

    def line(self, line: str) -> None:
        """One logical line, as it stands in the file."""
        comments = self.conf.level >= COMMENTS_LEVEL or line.startswith("V")
        text = translate(line, self.say.error, comments=comments)
        if text[:1] in self._kinds:
            self._kinds[text[0]](text[1:])
        elif text:
            self._unknown(text)

    def _unknown(self, text: str) -> None:
        self.say.error(f'unknown configuration line "{spell_codes(text)}"')

    def _expanded(self, text: str) -> str:
        return expand_codes(text, self._macros, self.say.error)

    def _define(self, text: str) -> None:
        name, end = macro_name(text, 0, self.say.error)
        if name:
            value = unquote(text, end)[0]
            if self.conf.debug.at(Topic.MACROS, 9):
                self.conf.debug.write(definition_line(self._macros, name, value))
            self._macros.set(name, value)

    def _environment(self, text: str) -> None:
        written, equals, value = text.partition("=")
        name = written.strip(BLANKS)
        passed = value if equals else self._opener.environment(name)
        if name and passed is not None:
            self.conf.environment[name] = passed

    def _header(self, text: str) -> None:
        header = read_header(text, self._macros, self._rulesets, self.say)
        if header is not None:
            self.conf.headers.append(header)

    def _map(self, line: str) -> None:
        text = self._expanded(line).lstrip(BLANKS)
        name = _MAP_NAME.match(text)
        if name is None:
            self.say.error("readcf: config K line: no map name")
            return
        rest = text[name.end() + 1 :].lstrip(BLANKS)
        map_class = _MAP_CLASS.match(rest)
        if map_class is None:
            self.say.error(f"readcf: config K line, map {name[0]}: no map class")
            return
        arguments = rest[map_class.end() + 1 :].lstrip(BLANKS)
        key = ascii_lower(name[0])
        self.conf.maps[key] = MapDeclaration(key, map_class[0], arguments, self.say.position)

    def _precedence(self, text: str) -> None:
        name, equals, value = text.partition("=")
        if equals:
            self.conf.precedences[name.strip(BLANKS)] = leading_integer(value)
        else:
            self._unknown("P" + text)

    def _queue_group(self, text: str) -> None:
        read_queue_group(text, self.conf.queue_groups, self.conf.options.string("QueueDirectory"), self.say)

    def _filter(self, text: str) -> None:
        read_filter(text, self.conf.filters, self.say)

    def _ruleset(self, text: str) -> None:
        self._rulesets.begin(self._expanded(text))

    def _rule(self, text: str) -> None:
        if self._rulesets.rule(text):
            self.options.operators_fixed = True

    def _version(self, text: str) -> None:
        level, slash, vendor = text.partition("/")
        self.conf.level = leading_integer(level)
        self.conf.vendor = vendor.strip(BLANKS)
        if slash and self.conf.vendor.lower() not in VENDORS:
            self.say.error(f'invalid V line vendor code: "{self.conf.vendor}"')
        if self.conf.level >= SHORT_NAME_LEVEL and (host := self._macros.get("w")):
            self._macros.set("w", host.partition(".")[0])

    def finish(self, version: str) -> Configuration:
        """Settle what depends on the whole file."""
        conf, say = self.conf, self.say
        say.position = None
        if conf.level < LEVEL:
            say.warn(
                f"Warning: .cf file is out of date: sendmail {version} supports version {LEVEL}, "
                f".cf file is version {conf.level}"
            )
        elif conf.level > LEVEL:
            say.warn(
                f"Warning: .cf version level ({conf.level}) exceeds sendmail version {version} functionality ({LEVEL})"
            )
        self._old_levels()
        finish_mailers(conf.mailers, conf.level)
        for name, macro in (("m", "m"), ("w", "j")):
            if value := expand(self._macros.get(macro) or "", self._macros):
                conf.classes.add(name, value)
        if "local" not in conf.mailers:
            say.error("No local mailer defined")
        conf.rulesets = self._rulesets.finished()
        conf.complaints = say.said
        return conf

    def _old_levels(self) -> None:
        """Defaults that depend on the level, and options that were macros once."""
        options, level = self.conf.options, self.conf.level
        if not options.is_set("ColonOkInAddr"):
            options.put("ColonOkInAddr", value=level < COLON_LEVEL)
        if level < COMMENTS_LEVEL and not options.is_set("UseErrorsTo"):
            options.put("UseErrorsTo", value=True)
        if level < OPTIONS_LEVEL:
            for macro, option in OLD_MACROS.items():
                value = self._macros.get(macro)
                if value and not options.is_set(option):
                    options.put(option, value)
