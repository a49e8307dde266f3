"""A configuration on the bench: its maps open, its rules compiled, every question answered while we wait."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from noctule.assembly.checking import include_map_errors
from noctule.assembly.logs import LogTarget
from noctule.assembly.parts import Routing, build_routing
from noctule.assembly.testing import Machine
from noctule.base.errors import ConfigurationError
from noctule.config import Configuration
from noctule.observe.log import Log

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bench:
    """What explaining and testing rules need; for one thread that has no loop of its own."""

    routing: Routing
    asks: Machine
    runner: asyncio.Runner

    @property
    def configuration(self) -> Configuration:
        return self.routing.configuration

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of something asynchronous."""
        return self.runner.run(work)


@contextmanager
def workbench(configuration: Configuration) -> Iterator[Bench]:
    """Open the maps of a configuration, and close them at the end.  Raises ConfigurationError for mistakes in them."""
    log = Log(LogTarget("-", "noctule").sink(), 0)

    async def build() -> Routing:
        return build_routing(configuration, log)

    with asyncio.Runner() as runner:
        routing = runner.run(build())
        try:
            include_map_errors(configuration, routing.maps.errors)
            if configuration.errors:
                raise ConfigurationError("\n".join(str(error) for error in configuration.errors))
            yield Bench(routing, Machine(routing.maps, routing.resolver, runner), runner)
        finally:
            routing.maps.close()
