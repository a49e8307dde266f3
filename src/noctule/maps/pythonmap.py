"""python: asks a function of the administrator's own.

The module is looked for in one folder and nowhere else, and must be safe from strangers as a program would have to
be.  It is imported when the map is first asked: to read a configuration is not to run what it names.  A coroutine
function runs on the event loop; any other function in a thread of its own, so that it may wait.
"""

import ast
import asyncio
import importlib
import inspect
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.base.text import from_bytes, to_bytes
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.maps.arguments import Arguments, Grammar, seconds
from noctule.maps.environment import Environment
from noctule.maps.map import Map
from noctule.maps.python import Function

FOLDER = "/etc/mail/python"
MAX_ANSWER = 65_536  # characters
MAX_THREADS = 16  # of one map; more questions wait
_MAX_SOURCE = 4 << 20
_TIME_LIMIT = 10.0  # seconds
_FORBIDDEN = frozenset("\0\r\n")


class PythonMap(Map):
    """Kx python [-p folder] [-d seconds] module:function"""

    class_name = "python"
    waits = True
    grammar = Grammar(letters="ADSTadfmopqt", spaced="dp")

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        self._module, _, self._name = arguments.file.partition(":")
        if not all(word.isidentifier() for word in (*self._module.split("."), self._name)):
            raise ConfigurationError(f"python map {name}: {arguments.file} is not module:function")
        self._folder = arguments.flags.get("p", FOLDER)
        self._limit = seconds(arguments.flags.get("d", ""), _TIME_LIMIT)
        self._path = self._checked(environment.policy)
        self._function: Function | None = None
        self._threads = asyncio.Semaphore(MAX_THREADS)

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        if self._path is None:
            return Answer(AnswerKind.NOT_FOUND)
        try:
            async with asyncio.timeout(self._limit):
                value = await self._asked(_for_people(key), tuple(map(_for_people, args)))
                return Answer(AnswerKind.NOT_FOUND) if value is None else found(_answer(value))
        except TimeoutError:
            raise TemporaryError(f"python map {self.name}: timed out") from None
        except TemporaryError:
            raise
        except Exception as error:
            self.environment.failed(f"python map {self.name}", error)
            raise TemporaryError(f"python map {self.name}: {type(error).__name__}") from error

    async def _asked(self, key: str, args: tuple[str, ...]) -> object:
        if self._function is None:
            self._function = self._imported()
        if inspect.iscoroutinefunction(self._function):
            return await self._function(key, args)
        async with self._threads:
            value = await _in_a_thread(self._function, key, args)
        return await value if inspect.isawaitable(value) else value

    def _imported(self) -> Function:
        """Raises whatever the module raises, ImportError for one that is not the folder's."""
        if self._folder not in sys.path:
            sys.path.append(self._folder)  # at the end: its modules may import each other, and hide no others
        module = importlib.import_module(self._module)
        if module.__file__ is None or self._path is None or not Path(module.__file__).samefile(self._path):
            raise ImportError(f"{self._module} is also the name of {module.__file__}")
        function: Function = getattr(module, self._name)
        return function

    def _checked(self, policy: SafetyPolicy) -> Path | None:
        """The module's file, which must be there, safe and in order; None if it is not there and need not be.

        Raises ConfigurationError.
        """
        place = Path(self._folder, *self._module.split("."))
        path = next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.exists()), None)
        if path is None:
            if self.optional:
                return None
            raise ConfigurationError(f"python map {self.name}: no module {self._module} in {self._folder}")
        rules = replace(rules_for(Purpose.PROGRAM, policy), sticky_directory=True)
        try:
            with open_for_reading(str(path), rules) as file:
                tree = ast.parse(read_bounded(file, _MAX_SOURCE), str(path))
        except SyntaxError as error:
            raise ConfigurationError(f"python map {self.name}: {path}:{error.lineno}: {error.msg}") from error
        except (OSError, ValueError, SafetyError, TooLargeError) as error:
            raise ConfigurationError(f"python map {self.name}: {error}") from error
        if self._name not in _names(tree):
            raise ConfigurationError(f"python map {self.name}: {path} has no {self._name}")
        return path


async def _in_a_thread(function: Function, key: str, args: tuple[str, ...]) -> Any:
    """What the function returns or raises.  A thread that outlives its time limit keeps nobody from ending."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[object] = loop.create_future()

    def deliver(value: object, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error is None:
            answer.set_result(value)
        else:
            answer.set_exception(error)

    def run() -> None:
        value, failure = None, None
        try:
            value = function(key, args)
        except Exception as error:
            failure = error if not isinstance(error, StopIteration) else RuntimeError("StopIteration")
        with suppress(RuntimeError):  # the loop has ended in the meantime
            loop.call_soon_threadsafe(deliver, value, failure)

    threading.Thread(target=run, daemon=True).start()
    return await answer


def _names(tree: ast.Module) -> set[str]:
    """The names a module defines at its top level, imported ones included."""
    names: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                names.add(name)
            case ast.Assign(targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.ImportFrom() | ast.Import():
                names |= {alias.asname or alias.name for alias in node.names}
    return names


def _for_people(text: str) -> str:
    """Byte text as UTF-8; bytes that are none become surrogate escapes, as Python has it for file names."""
    return to_bytes(text).decode("utf-8", "surrogateescape")


def _answer(value: object) -> str:
    """Raises TypeError or ValueError for what cannot be an answer."""
    if not isinstance(value, str):
        raise TypeError(f"answer of type {type(value).__name__}, not str or None")
    if len(value) > MAX_ANSWER or not _FORBIDDEN.isdisjoint(value):
        raise ValueError("answer too long, or with a line end or NUL")
    return from_bytes(value.encode("utf-8", "surrogateescape"))
