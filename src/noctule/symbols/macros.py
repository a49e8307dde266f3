"""Macros in scopes, as Sendmail nests them: connection, envelope, parent, global."""

from collections.abc import Iterator, Mapping


class Macros:
    """One scope of macros over a parent scope.

    Names are `j` or `client_addr`, without `$` and braces; `${j}` and `$j` are the same macro.
    Values are byte text and may hold macro codes (a D line is expanded when it is used, not when it is read).
    A value of None hides the parent's.
    """

    __slots__ = ("_own", "parent")

    def __init__(self, parent: "Macros | None" = None, values: Mapping[str, str | None] | None = None) -> None:
        self.parent = parent
        self._own: dict[str, str | None] = dict(values or {})

    def get(self, name: str) -> str | None:
        scope: Macros | None = self
        while scope is not None:
            if name in scope._own:
                return scope._own[name]
            scope = scope.parent
        return None

    def set(self, name: str, value: str | None) -> None:
        self._own[name] = value

    def child(self, values: Mapping[str, str | None] | None = None) -> "Macros":
        """A scope whose settings do not reach this one."""
        return Macros(self, values)

    def own(self) -> Mapping[str, str | None]:
        """What was set in this very scope."""
        return self._own

    def __iter__(self) -> Iterator[str]:
        """Every name that has a value, inner scopes first, each once."""
        seen: set[str] = set()
        scope: Macros | None = self
        while scope is not None:
            for name, value in scope._own.items():
                if name not in seen:
                    seen.add(name)
                    if value is not None:
                        yield name
            scope = scope.parent
