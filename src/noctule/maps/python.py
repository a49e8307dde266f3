"""What a function behind a map of class `python` may import; docs/configuration/python-map.md is its contract.

    from noctule.maps.python import TemporaryError

    async def find(key: str, args: tuple[str, ...]) -> str | None:
        ...

A value is the answer, None is "not found", raising TemporaryError is "cannot say now": mail waits.
"""

from collections.abc import Awaitable, Callable

from noctule.base.errors import TemporaryError

__all__ = ["Function", "TemporaryError"]

Function = Callable[[str, tuple[str, ...]], str | None] | Callable[[str, tuple[str, ...]], Awaitable[str | None]]
