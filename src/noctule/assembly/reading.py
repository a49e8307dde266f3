"""From a path to a Configuration: identity and command line first, then the file."""

import ipaddress
import os
import time
from dataclasses import dataclass, field

from noctule.assembly import identity
from noctule.assembly.mc import SUFFIX, Generated, MacroRequest, generate
from noctule.assembly.opener import SystemOpener, read_source
from noctule.base.debug import Debug
from noctule.base.text import words_of
from noctule.base.version import SENDMAIL_VERSION
from noctule.config import Complaint, Configuration, Options, Severity, preset, read
from noctule.files import SafetyPolicy
from noctule.receive.dates import date_macros
from noctule.resolve import HostsFile
from noctule.resolve.literals import spelled
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

_TESTING = "t"  # the mode of -bt


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which configuration to read, and what the command line says against it.

    `settings` are options as an O line spells them behind its O; `macros` are those of -M.
    """

    path: str
    settings: tuple[str, ...] = ()
    macros: tuple[tuple[str, str], ...] = ()
    mode: str = "m"  # ${opMode}
    debug: Debug = field(default_factory=Debug)


def read_configuration(request: Request) -> Configuration:
    """Read it all.  What the file says wrong is in `errors`; raises ConfigurationError when there is no file."""
    macros = Macros()
    classes = Classes()
    preset(macros, classes)
    identity.of_this_host().define(macros, classes)
    _define_process(macros, request.mode)
    for name, value in request.macros:
        macros.set(name, value)
    options = Options()
    source = source_of(request.path)
    configuration = read(
        source.text,
        file=request.path,
        macros=macros,
        classes=classes,
        opener=SystemOpener(lambda: SafetyPolicy.of(options.words("DontBlameSendmail"))),
        version=SENDMAIL_VERSION,
        settings=request.settings,
        options=options,
        sources=source.sources,
        debug=request.debug,
    )
    said = (Complaint(Severity.WARNING, remark.position, " ".join(words_of(remark.text))) for remark in source.remarks)
    configuration.complaints[:0] = said
    macros.set("deliveryMode", options.string("DeliveryMode"))
    _probe_interfaces(configuration)
    return configuration


def source_of(path: str) -> Generated:
    """The text of a cf file, or what an mc file makes.  Raises ConfigurationError."""
    return generate(MacroRequest(path=path)) if path.endswith(SUFFIX) else Generated(read_source(path))


def _probe_interfaces(configuration: Configuration) -> None:
    """Add the addresses of our interfaces to class w, and the names the hosts file has for them.

    DNS is not asked: a command has to start when there is none.
    """
    probe, classes = configuration.options.string("DontProbeInterfaces")[:1].lower(), configuration.classes
    if probe in ("t", "y"):
        return
    hosts = HostsFile(configuration.options.string("HostsFile") or "/etc/hosts")
    for address in identity.interface_addresses():
        if probe == "l" and ipaddress.ip_address(address).is_loopback:
            continue
        classes.add("w", f"[{spelled(address)}]")
        for name in hosts.names(address):
            if not classes.contains("w", name):
                classes.add("w", name)
                classes.add("w", f"[{name}]")


def _define_process(macros: Macros, mode: str) -> None:
    macros.set("v", SENDMAIL_VERSION)
    macros.set("opMode", mode)
    dates = date_macros(time.time())
    if mode == _TESTING:  # of no message, hence without its dates
        macros.set("b", dates["b"])
        return
    macros.set("p", str(os.getpid()))
    for name, value in dates.items():
        macros.set(name, value)
