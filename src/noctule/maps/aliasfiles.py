"""What the AliasFile option names: `class: flags file`, the class `implicit` when there is none."""

from collections.abc import Iterable
from dataclasses import dataclass

from noctule.maps.classes import class_info

MAX_FILES = 64


@dataclass(frozen=True, slots=True)
class AliasFile:
    """One alias database.  `flags` as for a K line."""

    map_class: str
    flags: str
    file: str

    @property
    def rebuildable(self) -> bool:
        """Can newaliases build it from its text?"""
        info = class_info(self.map_class)
        return info is not None and info.rebuildable


def parse_alias_files(values: Iterable[str]) -> tuple[list[AliasFile], list[str]]:
    """The databases named by all AliasFile lines, in order; and what is wrong, in Sendmail's words."""
    specs = [spec.strip() for value in values for spec in value.split(",") if spec.strip()]
    files: list[AliasFile] = []
    errors: list[str] = []
    for spec in specs[:MAX_FILES]:
        head, colon, rest = spec.partition(":")
        map_class, arguments = (head.strip(), rest) if colon and "/" not in head else ("implicit", spec)
        words = arguments.split()
        flags = " ".join(word for word in words if word.startswith("-"))
        file = next((word for word in words if not word.startswith("-")), "")
        info = class_info(map_class)
        if info is None or not info.for_aliases:
            errors.append(f"setalias: unknown alias class {map_class}")
        else:
            files.append(AliasFile(map_class, flags, file))
    if len(specs) > MAX_FILES:
        errors.append(f"Too many alias databases defined, {MAX_FILES} max")
    return files, errors
