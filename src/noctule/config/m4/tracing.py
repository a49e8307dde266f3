"""traceon, traceoff, debugmode: lines that tell of calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noctule.config.m4.processor import Call

FLAGS = "acefilpqtxV"
DEFAULT = frozenset("aeq")


@dataclass(slots=True)
class Tracing:
    """Who is traced, and what the lines show: a arguments, e expansion, q quotes, f file, l line, t everyone."""

    names: set[str] = field(default_factory=set)
    everyone: bool = False
    flags: frozenset[str] = frozenset()

    def set_flags(self, text: str) -> bool:
        """Obey debugmode's argument; False when it has letters nobody knows."""
        letters = text.lstrip("+-")
        if letters.strip(FLAGS):
            return False
        wanted = frozenset(letters.replace("V", FLAGS[:-1])) or DEFAULT
        if text.startswith("+"):
            self.flags |= wanted
        elif text.startswith("-"):
            self.flags -= wanted
        else:
            self.flags = wanted
        return True

    def shows(self, name: str) -> bool:
        return self.everyone or name in self.names or "t" in self.flags

    def line(self, call: "Call", depth: int, expansion: str, quote: Callable[[str], str]) -> str:
        def shown(text: str) -> str:
            return quote(text) if "q" in self.flags else text

        place = f"{call.position.file}:" if "f" in self.flags else ""
        place += f"{call.position.line}:" if "l" in self.flags else ""
        arguments = f"({', '.join(map(shown, call.texts()))})" if "a" in self.flags and len(call.args) > 1 else ""
        result = f" -> {shown(expansion)}" if "e" in self.flags and expansion else ""
        return f"m4trace:{place} -{depth}- {call.name}{arguments}{result}\n"
