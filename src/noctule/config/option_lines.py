"""O lines, and settings of the command line: from text to Options, with everything Sendmail has to say about it."""

from noctule.base.debug import Topic
from noctule.base.text import BLANKS
from noctule.config.complaints import Complaints
from noctule.config.model import Configuration, Opener
from noctule.config.option_specials import SPECIALS, set_timeout, timeout_name
from noctule.config.option_table import BY_LETTER, BY_NAME, Kind, Option, matches
from noctule.config.options import parse_value
from noctule.config.translate import macro_name
from noctule.symbols.expand import expand_codes

EMPTY_MEANS = {
    "AliasFile": "aliases",
    "AliasWait": "5m",
    "DeliveryMode": "i",
    "HelpFile": "helpfile",
    "QueueDirectory": "mqueue",
    "StatusFile": "statistics",
}
ADDITIVE = frozenset({"PrivacyOptions", "DontBlameSendmail"})


class OptionReader:
    """Sets options from text.  What was set with `sticky` (the command line) no later line changes."""

    def __init__(self, conf: Configuration, opener: Opener, say: Complaints) -> None:
        self._options = conf.options
        self._macros = conf.macros
        self._debug = conf.debug
        self._opener = opener
        self._say = say
        self._sticky: set[str] = set()
        self.operators_fixed = False  # a rule has been read: OperatorChars must stay as it is

    def line(self, text: str, *, sticky: bool = False) -> None:
        """What follows the `O` of an O line, after translation: ` Name=value`, or a letter and its value."""
        if text.startswith(" "):
            self._named(text[1:].rstrip(BLANKS), sticky)
        else:
            self._lettered(text[:1], text[1:], sticky)

    def _lettered(self, letter: str, value: str, sticky: bool) -> None:
        option = BY_LETTER.get(letter)
        if letter == "M":
            name, end = macro_name(value, 0, self._say.error)
            if name:
                self._macros.set(name, value[end:])
        elif option is None or not option.stock:
            self._say.error(f"readcf: unknown option name 0x{ord(letter) if letter else 0:x}")
        elif option.name:
            self._set(option, value if option.kind is Kind.LETTER else value.lstrip(BLANKS), sticky)

    def _named(self, text: str, sticky: bool) -> None:
        written, _, value = text.partition("=")
        name, _, sub = written.rstrip(" ").partition(".")
        if not written:
            self._say.error("readcf: null option name" if text else "readcf: unknown option name 0x0")
            return
        match matches(name):
            case []:
                self._say.error(f"readcf: unknown option name {name}")
            case [option]:
                if option.name.lower() != name.lower():
                    self._say.inform(f"Option {name} used as abbreviation for {option.name}")
                self._suboption(option, sub, value.lstrip(BLANKS), sticky)
            case [first, second, *_]:
                self._say.error(f"readcf: ambiguous option name {name} (matches {first.name} and {second.name})")

    def _suboption(self, option: Option, sub: str, value: str, sticky: bool) -> None:
        full = BY_NAME.get(f"{option.name}.{sub}".lower())
        if option.name == "Timeout" and sub:
            name = timeout_name(sub) or ""
            if sticky or name not in self._sticky:
                set_timeout(self._options, sub, value, self._say)
            self._sticky |= {name} if sticky else set()
        elif option.name != "Milter":
            self._set(option, value, sticky)
        elif full is not None:
            self._set(full, value, sticky)
        elif sub:
            self._say.error(f"milter_set_option: invalid Milter option {sub}")
        else:
            self._say.error("milter_set_option: invalid Milter option, must specify suboption")

    def _set(self, option: Option, text: str, sticky: bool) -> None:
        name = option.name
        if name in self._sticky and not sticky and name not in ADDITIVE:
            return
        if sticky:
            self._sticky.add(name)
        text = text or EMPTY_MEANS.get(name, "")
        if self._debug.at(Topic.OPTIONS, 1):
            self._debug.write(f"setoption {name}{f' ({option.letter})' if option.letter else ''}={text}\n")
        if option.kind is not Kind.TEMPLATE:
            text = expand_codes(text, self._macros, self._say.error)
        if name == "OperatorChars" and (self.operators_fixed or self._options.is_set(name)):
            self._say.warn("Warning: OperatorChars is being redefined.")
            self._say.warn("         It should only be set before ruleset definitions.")
            if self.operators_fixed:
                return
        special = SPECIALS.get(name)
        if special is None:
            self._options.put(name, parse_value(option, text, self._say))
        else:
            special(self._options, text, self._say, self._opener)
