"""Mail filters (milters) that a configuration names: Noctule does not call them, and says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from noctule.base.errors import Position
from noctule.config import Configuration
from noctule.config.model import Filter
from noctule.config.ports import DaemonPort
from noctule.receive.filters import WithoutFilter

_FATES = {
    WithoutFilter.GO_ON: "mail passes without it",
    WithoutFilter.DEFER: "F=T: mail is refused for now",
    WithoutFilter.REFUSE: "F=R: mail is refused",
    WithoutFilter.CLOSE: "F=4: connections are closed",
}


@dataclass(frozen=True, slots=True)
class Uncalled:
    """Filters that an option names; `told` is each with what its absence comes to.

    `position` is that of the first of them, None when no X line defines it.
    """

    option: str  # `InputMailFilters`, or `DaemonPortOptions=Name=MSA, I=`
    told: str
    position: Position | None


def uncalled_filters(configuration: Configuration) -> Iterator[Uncalled]:
    """What each option that names filters asks for."""
    options = configuration.options
    named = [("InputMailFilters", tuple(options.words("InputMailFilters")))]
    for number, port in enumerate(options.ports("DaemonPortOptions")):
        named.append((f"DaemonPortOptions=Name={port.name or f'Daemon{number}'}, I=", port.filters or ()))
    for option, names in named:
        filters = list(_filters(configuration, names))
        if filters:
            told = (f"{each.name} ({_FATES[WithoutFilter(each.on_failure)]})" for each in filters)
            yield Uncalled(option, ", ".join(told), filters[0].position)


def without_filter(configuration: Configuration, port: DaemonPort) -> WithoutFilter:
    """What a daemon does: the first of its filters that cannot be done without decides."""
    names = configuration.options.words("InputMailFilters") if port.filters is None else port.filters
    fates = (WithoutFilter(each.on_failure) for each in _filters(configuration, tuple(names)))
    return next((fate for fate in fates if fate is not WithoutFilter.GO_ON), WithoutFilter.GO_ON)


def _filters(configuration: Configuration, names: tuple[str, ...]) -> Iterator[Filter]:
    for name in names:
        yield configuration.filters.get(name) or Filter(name=name)
