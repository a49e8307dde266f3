"""What stands for a map whose class exists but is not to be had here: it never says "not found"."""

from noctule.base.questions import TEMPORARY, Answer
from noctule.maps.arguments import Grammar
from noctule.maps.map import Map


class UnavailableMap(Map):
    """Every question is a temporary failure: whether the key is in the map nobody can say."""

    class_name = "unavailable"
    grammar = Grammar(letters=None, needs_file=False)

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        del key, args
        return TEMPORARY
