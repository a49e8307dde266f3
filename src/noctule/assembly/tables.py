"""The maps of a configuration, aliases included, ready to be asked."""

from collections.abc import Iterator

from noctule.config import Configuration, Options
from noctule.files import SafetyPolicy
from noctule.maps import Declaration, Environment, MapTable
from noctule.resolve import ResolverSettings

ALIASES = "aliases"


def safety_policy(options: Options) -> SafetyPolicy:
    """DontBlameSendmail; its words were checked when they were read."""
    return SafetyPolicy.of(options.words("DontBlameSendmail"))


def resolver_settings(options: Options) -> ResolverSettings:
    """How DNS is to be asked.  A timeout of 0 leaves the system's."""
    default = ResolverSettings()
    return ResolverSettings(
        try_timeout=options.seconds("Timeout.resolver.retrans") or default.try_timeout,
        tries=options.integer("Timeout.resolver.retry") or default.tries,
        follow_cname=not options.boolean("DontExpandCnames"),
    )


def open_tables(configuration: Configuration, environment: Environment) -> MapTable:
    """Every K line, and the alias files as the map `aliases`."""
    declared = [
        Declaration(known.name, known.map_class, known.arguments, known.position)
        for known in configuration.maps.values()
    ]
    return MapTable([*declared, *_aliases(configuration)], environment)


def _aliases(configuration: Configuration) -> Iterator[Declaration]:
    """AliasFile's entries as maps of their own, and `aliases` that asks them in order."""
    if ALIASES in configuration.maps:
        return
    members = []
    for number, spec in enumerate(alias_files(configuration.options)):
        name = f"alias{number}"
        members.append(name)
        yield Declaration(name, spec[0], spec[1])
    yield Declaration(ALIASES, "sequence", " ".join(members)) if members else Declaration(ALIASES, "null")


def alias_files(options: Options) -> list[tuple[str, str]]:
    """AliasFile as (map class, arguments): `hash:-N /etc/aliases`; a bare path is of class implicit."""
    found = []
    for spec in options.words("AliasFile"):
        head, colon, rest = spec.partition(":")
        found.append((head, rest) if colon and "/" not in head else ("implicit", spec))
    return found
