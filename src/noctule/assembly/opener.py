"""The world as the configuration reader sees it: class files, commands, maps, accounts."""

import errno
import grp
import os
import pwd
import shlex
import subprocess
from collections.abc import Callable

from noctule.base.errors import ConfigurationError
from noctule.base.questions import AnswerKind, Question
from noctule.base.text import from_bytes
from noctule.files import SafetyPolicy
from noctule.files.policy import Purpose, Rules, rules_for
from noctule.files.reading import TooLargeError, read_bounded
from noctule.files.safety import SafetyError, open_for_reading

MAX_FILE = 16 << 20  # bytes of a class file
COMMAND_TIMEOUT = 60.0  # seconds
# Who may name a configuration answers for where it lies; it only has to be a plain file.
_ANY_PLAIN_FILE = Rules(
    any_directory=True, symbolic_link=True, link_in_writable_directory=True, hard_link=True, group_writable=True
)


class SystemOpener:
    """Implements config.Opener on this machine."""

    def __init__(self, policy: Callable[[], SafetyPolicy] = SafetyPolicy) -> None:
        self._policy = policy  # asked for each file: DontBlameSendmail counts from its line on

    def file_text(self, path: str) -> str:
        try:
            with open_for_reading(path, rules_for(Purpose.CLASS, self._policy())) as file:
                return from_bytes(read_bounded(file, MAX_FILE))
        except SafetyError as error:
            raise OSError(errno.EPERM, error.reason) from None
        except TooLargeError:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG)) from None
        except ValueError as error:  # a NUL in the path
            raise OSError(errno.EINVAL, str(error)) from None

    def command_output(self, command: str) -> str:
        """What a command prints.  It is run as it stands, without a shell."""
        try:
            words = shlex.split(command)
            if not words:
                raise ValueError("no command")
            done = subprocess.run(
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired:
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from None
        except ValueError as error:
            raise OSError(errno.EINVAL, str(error)) from None
        return from_bytes(done.stdout[:MAX_FILE])

    def map_value(self, map_class: str, arguments: str, key: str) -> str | None:
        from noctule.maps import BlockingLookups, Declaration, Environment, MapTable  # seldom wanted, slow to import

        table = MapTable([Declaration("class", map_class, arguments)], Environment(policy=self._policy()))
        if table.find("class") is None:
            raise LookupError(map_class)
        with BlockingLookups(table) as lookups:
            answer = lookups.lookup(Question("class", key))
        if answer.kind is AnswerKind.TEMPORARY:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return answer.value if answer.kind is AnswerKind.FOUND else None

    def user_exists(self, name: str) -> bool:
        try:
            pwd.getpwnam(name)
        except KeyError:
            return False
        return True

    def group_exists(self, name: str) -> bool:
        try:
            grp.getgrnam(name)
        except KeyError:
            return False
        return True

    def environment(self, name: str) -> str | None:
        return os.environ.get(name)


def read_source(path: str) -> str:
    """The text of a cf file.  Raises ConfigurationError when it is not there or not a plain file."""
    try:
        with open_for_reading(path, _ANY_PLAIN_FILE) as file:
            return from_bytes(read_bounded(file, MAX_FILE))
    except SafetyError as error:
        raise ConfigurationError(f"{path}: line 0: cannot open: {error.reason}") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: line 0: cannot open: {error.strerror}") from None
