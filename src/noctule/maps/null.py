"""null: holds nothing."""

from noctule.base.questions import Answer, AnswerKind
from noctule.maps.arguments import GENERIC_WITHOUT_FILE
from noctule.maps.map import Map


class NullMap(Map):
    """Kx null"""

    class_name = "null"
    grammar = GENERIC_WITHOUT_FILE
    fixed_generation = 0

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        del key, args
        return Answer(AnswerKind.NOT_FOUND, status=68)
