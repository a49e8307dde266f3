"""The address test mode over a real configuration: `sendmail -bt`."""

import asyncio
import getpass
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from noctule.assembly.checking import include_map_errors
from noctule.assembly.rules import build_addresses, numbers_of
from noctule.assembly.tables import open_tables, resolver_settings, safety_policy
from noctule.base.questions import Answer, AnswerKind, KeyForm, Question, Waiting
from noctule.config import Configuration, translate
from noctule.maps import Environment, MapTable
from noctule.observe import traceid
from noctule.resolve import Found, HostsFile, NotFound, NullMx, Resolver, Temporary
from noctule.rewrite.testmode import TestMode
from noctule.rewrite.tokenizer import shorten

T = TypeVar("T")
_FRESH = 1.0  # seconds
_SHOWN = 33  # characters of a host name in a remark


class Machine:
    """rewrite.world.World: waits for every answer, on a loop of its own."""

    def __init__(self, table: MapTable, resolver: Resolver, runner: asyncio.Runner) -> None:
        self._table = table
        self._resolver = resolver
        self._runner = runner
        self._answers: dict[Question, Answer] = {}
        self._answered_until = 0.0

    def lookup(self, question: Question) -> Answer:
        try:
            return self._table.lookup(question)
        except Waiting:
            return self._waited_for(question)

    def _waited_for(self, question: Question) -> Answer:
        """The same question again within a second has the same answer."""
        if time.monotonic() >= self._answered_until:
            self._answers.clear()
            self._answered_until = time.monotonic() + _FRESH
        known = self._answers.get(question)
        if known is None:
            known = self._answers[question] = self._wait(self._table.answer(question))
        return known

    def _wait(self, asking: Coroutine[Any, Any, T]) -> T:
        """Runner.run installs signal handlers and copies contexts each time, which costs more than most answers."""
        return self._runner.get_loop().run_until_complete(asking)

    def generation(self, map_name: str) -> int | None:
        return self._table.generation(map_name)

    def key_form(self, map_name: str) -> KeyForm:
        return self._table.key_form(map_name)

    def is_open(self, map_name: str) -> bool:
        return self._table.is_open(map_name)

    def remark(self, question: Question, answer: Answer) -> str:
        """What is said when a host cannot be looked up now."""
        if question.map.lower() == "host" and answer.kind is AnswerKind.TEMPORARY:
            return f"{shorten(question.key, _SHOWN)}: Name server timeout"
        return ""

    def mail_exchangers(self, host: str) -> tuple[int, list[str]] | None:
        match self._wait(self._resolver.mail_exchangers(host)):
            case Found(exchangers):
                return len(exchangers), [exchanger.name for exchanger in exchangers]
            case NullMx():
                return None
            case NotFound():
                return 0, []
            case Temporary():
                return -1, []

    def canonical_name(self, host: str) -> str:
        match self._wait(self._resolver.canonical(host)):
            case Found(name):
                return name
            case _:
                return host

    def identity(self, user: str) -> tuple[int, int]:
        return numbers_of(user)


def _tell(what: str, error: Exception) -> None:
    sys.stderr.write(f"{what}: {traceid.where(error)}\n")


@contextmanager
def test_mode(
    configuration: Configuration, out: list[str] | None = None, *, verbose: bool = False
) -> Iterator[TestMode]:
    """A session over this configuration, which now complains of its maps, too; they are closed at the end.

    `out`: where answers are collected, if debug lines are to stand among them.
    """
    if modifiers := configuration.options.string("DirectSubmissionModifiers"):
        configuration.macros.set("daemon_flags", modifiers)
    user = getpass.getuser()
    configuration.macros.set("_", f"{user}@localhost")
    configuration.macros.set("deliveryMode", "i")  # whatever the configuration says
    hosts = HostsFile(configuration.options.string("HostsFile") or "/etc/hosts")
    resolver = Resolver(resolver_settings(configuration), hosts=hosts, debug=configuration.debug)
    environment = Environment(
        policy=safety_policy(configuration.options), resolver=resolver, failed=_tell, debug=configuration.debug
    )
    with asyncio.Runner() as runner:
        table = open_tables(configuration, environment)
        include_map_errors(configuration, table.errors)
        try:
            yield TestMode(
                addresses=build_addresses(configuration),
                macros=configuration.macros,
                classes=configuration.classes,
                world=Machine(table, resolver, runner),
                translate=translate,
                debug=configuration.debug,
                out=[] if out is None else out,
                header_checks={h.name.lower(): h for h in configuration.headers if h.ruleset},
                user=user,
                verbose=verbose,
            )
        finally:
            table.close()
