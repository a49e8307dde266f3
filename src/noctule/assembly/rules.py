"""Rulesets, mailers and what else of a configuration the address engine is made of."""

import grp
import pwd
import re
from collections.abc import Callable

from noctule.config import Configuration
from noctule.rewrite.addresses import Addresses, AddressSettings
from noctule.rewrite.engine import Engine
from noctule.rewrite.printing import Watcher
from noctule.rewrite.tokenizer import Tokenizer

UNSET = -1
_SEPARATOR = re.compile(r"[:./]")


def build_engine(configuration: Configuration, watcher: Watcher | None = None) -> Engine:
    """Compile the rulesets."""
    options = configuration.options
    tokenizer = Tokenizer(options.string("OperatorChars"), options.string("BlankSub") or " ")
    return Engine(configuration.rulesets, configuration.classes, tokenizer=tokenizer, watcher=watcher)


def build_addresses(configuration: Configuration, is_open: Callable[[str], bool] | None = None) -> Addresses:
    """The address pipeline of this configuration.

    `is_open` tells of a map whether it has something to look into: then runs are told as debug levels ask for.
    """
    debug = configuration.debug
    watcher = Watcher(debug, is_open) if debug and is_open is not None else None
    options = configuration.options
    settings = AddressSettings(
        colon_ok=options.boolean("ColonOkInAddr"),
        must_quote=options.string("MustQuoteChars"),
        level=configuration.level,
    )
    return Addresses(build_engine(configuration, watcher), configuration.mailers.values(), settings)


def numbers_of(user: str) -> tuple[int, int]:
    """`user:group` (or `.` or `/` between them, names or numbers) as uid and gid; -1 for what is not said."""
    name, *rest = _SEPARATOR.split(user, maxsplit=1)
    if not name:
        return UNSET, UNSET
    uid, gid = (int(name), UNSET) if name.isdecimal() else _of_account(name)
    if rest:
        gid = int(rest[0]) if rest[0].isdecimal() else _of_group(rest[0])
    return uid, gid


def _of_account(name: str) -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return UNSET, UNSET
    return entry.pw_uid, entry.pw_gid


def _of_group(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return UNSET
