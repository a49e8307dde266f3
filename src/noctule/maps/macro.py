"""macro: sets a macro.  The key is its name, the argument its value."""

from noctule.base.questions import Answer, AnswerKind
from noctule.maps.arguments import FIRST_WORD
from noctule.maps.map import Map


class MacroMap(Map):
    """Kstorage macro

    `$(storage {x} $@ value $)` sets `${x}`; without an argument it is unset.  The answer is the empty string.
    Setting happens when the ruleset run has ended: the answer only says what is to be set.
    """

    class_name = "macro"
    grammar = FIRST_WORD

    def folded(self, key: str) -> str:
        return key

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        name = key[1:].partition("}")[0] if key.startswith("{") else key[:1]
        if not name:
            return Answer(AnswerKind.NOT_FOUND)
        return Answer(AnswerKind.FOUND, "", sets=((name, args[0] if args else None),))

    def finished(self, answer: Answer, key: str, args: tuple[str, ...]) -> Answer:
        del key, args  # neither -a nor -m change an empty answer
        return answer
