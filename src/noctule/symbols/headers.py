"""Header templates: what an `H` line says."""

from dataclasses import dataclass

from noctule.base.errors import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderTemplate:
    """`H?flags?Name: value`, or, with `ruleset`, a check that a header of this name has to pass.

    `value` keeps its macro codes and the blank after the colon.  `flags` are mailer flag letters, any of which
    satisfies the condition; `macro` is the name in `?${name}?`.
    """

    name: str  # "*" for the check of all headers without one of their own
    value: str = ""
    flags: frozenset[str] = frozenset()
    macro: str = ""
    ruleset: str = ""
    keep_comments: bool = False  # $>+
    position: Position | None = None
