"""What `-d0` prints: version, what is compiled in, which files, who this machine is."""

import platform
from collections.abc import Iterable, Iterator

from noctule.assembly import identity
from noctule.assembly.rules import numbers_of
from noctule.base.debug import Topic
from noctule.base.version import SENDMAIL_VERSION, __version__
from noctule.config import Configuration
from noctule.maps import CLASSES, available
from noctule.resolve.literals import spelled
from noctule.rewrite.printing import mailer_line

_WIDTH = 63
_BUILT_IN = ("IPV6_FULL", "LOG", "MIME8TO7", "NAMED_BIND", "NETINET", "NETINET6", "NETUNIX", "PIPELINING", "SQLITE")
_RULE = "=" * 56


def describe(configuration: Configuration, path: str) -> str:
    """All blocks the debug levels ask for; "" without -d0."""
    return "".join(_blocks(configuration, path))


def features() -> list[str]:
    """Compile options as Sendmail calls them, for what works in this installation."""
    return sorted({*_BUILT_IN, *(info.feature for info in CLASSES if info.feature and available(info))})


def _blocks(configuration: Configuration, path: str) -> Iterator[str]:
    debug = configuration.debug
    if not debug.at(Topic.START, 1):
        return
    yield f"Version {__version__}\n"
    if debug.at(Topic.START, 101):
        return
    yield _words(" Compiled with:", features())
    own = identity.of_this_host()
    if debug.at(Topic.START, 10):
        runtime = f"PYTHON={platform.python_version()}", f"SENDMAIL={SENDMAIL_VERSION}", platform.system().upper()
        yield _words("    OS Defines:", sorted(runtime))
        yield "     Conf file:\t/etc/mail/submit.cf (default for MSP)\n"
        yield "     Conf file:\t/etc/mail/sendmail.cf (default for MTA)\n"
    if debug.at(Topic.START, 4):
        yield f"Canonical name: {own.canonical}\n UUCP nodename: {own.node}\n"
        interfaces = (f"[{spelled(address)}]" for address in identity.interface_addresses())
        for name in dict.fromkeys((*own.aliases, *interfaces)):
            yield f"\ta.k.a.: {name}\n"
    if debug.at(Topic.START, 10):
        yield f"     Conf file:\t{path} (selected)\n"
        yield f"      Pid file:\t{configuration.options.string('PidFile')} (selected)\n"
    yield _identity(configuration)
    if debug.at(Topic.START, 15):
        yield from _mailers(configuration)


def _mailers(configuration: Configuration) -> Iterator[str]:
    """As `=M` of test mode lists them."""
    titles = {}
    for known in configuration.rulesets:
        titles[known.name] = titles[str(known.number)] = known.name or str(known.number)
    for mailer in sorted(configuration.mailers.values(), key=lambda mailer: mailer.number):
        yield mailer_line(mailer, lambda name: titles.get(name or "0", name or "0"), numbers_of)


def _words(title: str, words: Iterable[str]) -> str:
    """Words in lines: one that does not fit any more begins a new line after two tabs."""
    out, width = title, 7
    for word in words:
        if width + len(word) + 1 > _WIDTH:
            out += "\n\t\t" + word
            width = len(word)
        else:
            out += " " + word
            width += len(word) + 1
    return out + "\n"


def _identity(configuration: Configuration) -> str:
    macros = configuration.macros
    rows = (
        ("(short domain name)", "w"),
        ("(canonical domain name)", "j"),
        ("(subdomain name)", "m"),
        ("(node name)", "k"),
    )
    lines = "".join(f"{title:>25} ${name} = {macros.get(name) or ''}\n" for title, name in rows)
    return f"\n============ SYSTEM IDENTITY (after readcf) ============\n{lines}{_RULE}\n\n"
