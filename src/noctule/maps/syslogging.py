"""syslog: writes the key to the log."""

from collections.abc import Mapping

from noctule.base.errors import ConfigurationError
from noctule.base.questions import Answer, AnswerKind
from noctule.maps.arguments import Arguments, Grammar
from noctule.maps.environment import Environment, Priority
from noctule.maps.map import Map

_ALIASES = {"PANIC": "EMERG", "ERROR": "ERR", "WARN": "WARNING"}


class SyslogMap(Map):
    """Kx syslog -L LOG_DEBUG: the answer is the empty string.  %0..%9 in the key are replaced."""

    class_name = "syslog"
    grammar = Grammar(letters="DSL", spaced="L", needs_file=False)

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        spelled = arguments.flags.get("L", "INFO").removeprefix("LOG_")
        try:
            self._priority = Priority[_ALIASES.get(spelled.upper(), spelled.upper())]
        except KeyError:
            raise ConfigurationError(f"syslog_map_parseargs: Unknown priority {spelled}") from None

    def folded(self, key: str) -> str:
        return key

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        self.environment.log(self._priority, 0, self.expanded(key, key, args))
        return Answer(AnswerKind.FOUND, "")

    def finished(self, answer: Answer, key: str, args: tuple[str, ...]) -> Answer:
        del key, args
        return answer
