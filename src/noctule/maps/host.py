"""host: the canonical name of a host, of `$[ name $]`."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.maps.arguments import Grammar, seconds
from noctule.maps.map import Map
from noctule.resolve import Found, NotFound, Resolver, Temporary

T = TypeVar("T")


class ResolverMap(Map):
    """What the maps that ask DNS share: the resolver, and the time limit of -d (seconds)."""

    waits = True

    def resolver(self) -> Resolver:
        """Raises TemporaryError when there is none."""
        if self.environment.resolver is None:
            raise TemporaryError("no resolver")
        return self.environment.resolver

    async def within(self, asking: Awaitable[T]) -> T:
        """Wait as long as -d allows (default: the resolver's own limits).  Raises TemporaryError."""
        limit = self.arguments.flags.get("d")
        if not limit:
            return await asking
        try:
            async with asyncio.timeout(seconds(limit, 60.0)):
                return await asking
        except TimeoutError:
            raise TemporaryError("timed out") from None


class HostMap(ResolverMap):
    """Khost host -a. -D

    The service switch decides where to look; `[1.2.3.4]` is looked up in reverse.  It exists without a K line.
    """

    class_name = "host"
    grammar = Grammar(letters=None, spaced="", needs_file=False)

    def folded(self, key: str) -> str:
        return key  # the answer keeps the case of the question

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        match await self.within(self.resolver().canonical(key.removesuffix("."))):
            case Found(name):
                return found(name)
            case NotFound():
                return Answer(AnswerKind.NOT_FOUND, status=68)
            case Temporary(reason):
                raise TemporaryError(reason)
