"""implicit: a database beside the alias file if there is one, the alias file itself if not."""

from collections.abc import Mapping
from pathlib import Path

from noctule.base.questions import Answer
from noctule.maps.arguments import Arguments
from noctule.maps.classes import implicit_classes
from noctule.maps.environment import Environment
from noctule.maps.map import Map


class ImplicitMap(Map):
    """Kx implicit /etc/mail/aliases

    Asks the first of the classes hash, lmdb and cdb whose file exists and whose library is installed.
    """

    class_name = "implicit"

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        self._by_class: dict[str, Map] = {}
        self._reported = False

    def lookup(self, key: str, args: tuple[str, ...] = ()) -> Answer:
        return self.chosen().lookup(key, args)

    def generation(self) -> int | None:
        """None: which file is asked may change at any time."""
        return None

    def is_open(self) -> bool:
        return self.chosen().is_open()

    def close(self) -> None:
        for member in self._by_class.values():
            member.close()

    def chosen(self) -> Map:
        """The map that answers now."""
        file = self.arguments.file
        for info in implicit_classes():
            path = file if file.endswith(info.suffix) else file + info.suffix
            if Path(path).exists():
                return self._of_class(info.name)
        if not self._reported and Path(file).exists():
            self._reported = True
            self.environment.report(f"WARNING: cannot open alias database {file}; reading text version")
        return self._of_class("stab")

    def _of_class(self, name: str) -> Map:
        known = self._by_class.get(name)
        if known is None:
            from noctule.maps.classes import map_class

            known = map_class(name)(self.name, self.arguments, self.environment, self.maps)
            self._by_class[name] = known
        return known
