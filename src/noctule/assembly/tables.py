"""The maps of a configuration, aliases included, ready to be asked."""

from dataclasses import replace

from noctule.assembly.switch import ServiceSwitch, read_switch
from noctule.config import Configuration, Options
from noctule.files import SafetyPolicy
from noctule.maps import AliasFile, Declaration, Environment, MapTable, ldap_aliases, parse_alias_files
from noctule.maps.ldapspec import check_default
from noctule.maps.table import MapError
from noctule.resolve import ResolverSettings
from noctule.symbols.expand import expand_codes

ALIASES = "aliases"
_FILES = "aliases.files"  # the alias files as a service of the map `aliases`


def safety_policy(options: Options) -> SafetyPolicy:
    """DontBlameSendmail; its words were checked when they were read."""
    return SafetyPolicy.of(options.words("DontBlameSendmail"))


def service_switch(options: Options) -> ServiceSwitch:
    """ServiceSwitchFile."""
    return read_switch(options.string("ServiceSwitchFile"), safety_policy(options))


def resolver_settings(configuration: Configuration) -> ResolverSettings:
    """How DNS is to be asked.  A timeout of 0 leaves the system's, as does no NameServer."""
    options = configuration.options
    default = ResolverSettings()
    address, _, port = options.string("NameServer").partition("/")
    switches = {word.lstrip("+-").lower(): not word.startswith("-") for word in options.words("ResolverOptions")}
    return ResolverSettings(
        nameservers=(address,) if address else (),
        port=int(port) if port else default.port,
        try_timeout=options.seconds("Timeout.resolver.retrans") or default.try_timeout,
        tries=options.integer("Timeout.resolver.retry") or default.tries,
        search=None if switches.get("dnsrch", True) and switches.get("defnames", True) else (),
        tolerate_broken_aaaa=switches.get("workaroundbrokenaaaa", False),
        wildcard_mx=switches.get("haswildcardmx", False),
        tcp=switches.get("usevc", False),
        follow_cname=not options.boolean("DontExpandCnames"),
        services=service_switch(options).services("hosts"),
        domain=configuration.macros.get("m") or "",
        compressed_ipv6=options.boolean("UseCompressedIPv6Addresses"),
    )


def alias_files(options: Options) -> list[AliasFile]:
    """AliasFile, in order."""
    return parse_alias_files(options.words("AliasFile"))


def open_tables(configuration: Configuration, environment: Environment) -> MapTable:
    """The alias files, every K line, and the map `aliases` over all of them, as Sendmail names them.

    A K line may name the alias maps as members; one that declares `aliases` itself takes their place.
    """
    members = [
        Declaration(f"Alias{number}", file.map_class, _arguments(file, configuration))
        for number, file in enumerate(alias_files(configuration.options))
    ]
    together = Declaration(_FILES, "sequence", " ".join(member.name for member in members))
    declared = [
        Declaration(known.name, known.map_class, known.arguments, known.position)
        for known in configuration.maps.values()
    ]
    behind = [] if ALIASES in configuration.maps else [Declaration(ALIASES, "switch", ALIASES)]
    spec = configuration.options.string("LDAPDefaultSpec")
    services = service_switch(configuration.options).services
    table = MapTable([*members, together, *declared, *behind], replace(environment, services=services, ldap_spec=spec))
    table.errors[:0] = [MapError(text) for text in check_default(spec)]
    return table


def _arguments(file: AliasFile, configuration: Configuration) -> str:
    """Those of the alias file; an ldap one joins all values, and has a search of its own when it names none."""
    if file.map_class != "ldap":
        return file.arguments
    macros = configuration.macros
    cluster, host = (expand_codes(macros.get(name) or "", macros) for name in ("sendmailMTACluster", "j"))
    return f"-z, {file.arguments or ldap_aliases(cluster, host)}"
