"""dequote: takes quotes off, if what remains still means the same."""

from collections.abc import Mapping

from noctule.base.questions import NOT_FOUND, Answer, KeyForm, found
from noctule.maps.arguments import FIRST_WORD, Arguments
from noctule.maps.environment import Environment
from noctule.maps.map import Map


class DequoteMap(Map):
    """Kdequote dequote

    Not found when nothing was quoted, when blanks would remain (unless -s gives their substitute), or when quotes,
    parentheses or angle brackets would be left unbalanced.  What is in parentheses stays as it is.
    """

    class_name = "dequote"
    grammar = FIRST_WORD
    fixed_generation = 0

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        self._blank = (arguments.flags.get("s") or arguments.flags.get("S") or "")[:1]
        self.key_form = KeyForm(self._blank or None, keep_quotes=True)
        self.match_only = False

    def folded(self, key: str) -> str:
        return key

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        kept: list[str] = []
        comments = angles = 0  # how many are open
        quoted = escaped = stripped = False
        for char in key:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char in " \t":
                if not self._blank:
                    return NOT_FOUND
                kept.append(self._blank)
                continue
            elif char in "()":
                comments += 1 if char == "(" else -1
            elif comments:
                pass
            elif char == '"':
                quoted = not quoted
                stripped = True
                continue
            elif char in "<>":
                angles += 1 if char == "<" else -1
            if comments < 0 or angles < 0:
                return NOT_FOUND
            kept.append(char)
        return NOT_FOUND if quoted or comments or angles or not stripped else found("".join(kept))
