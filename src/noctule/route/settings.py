"""The options that routing needs."""

from dataclasses import dataclass, field

from noctule.base.debug import Debug


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """Filled from the configuration by assembly."""

    host: str  # $j
    alias_map: str = "aliases"  # name of the map behind AliasFile; one that does not exist means no aliases
    max_alias_recursion: int = 10  # MaxAliasRecursion
    forward_path: tuple[str, ...] = ()  # ForwardPath, split at colons, macros not yet expanded
    me_too: bool = True  # MeToo: a sender who is on a list gets his own message back
    max_members: int = 100_000  # recipients one message may grow to
    debug: Debug = field(default_factory=Debug)
