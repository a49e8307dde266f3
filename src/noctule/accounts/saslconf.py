"""Sendmail.conf, read as Cyrus SASL reads it: `key: value` lines in the first directory of a path that has the file.

Keys are case-blind.  Empty lines and those that begin with `#` count nothing; any other line is an error, because half
a configuration of passwords is none.  The file may be read by others, as Sendmail allows, but written by nobody else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from noctule.base.errors import ConfigurationError, Position
from noctule.base.text import BLANKS, from_bytes, words_of
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for

NAME = "Sendmail.conf"
_MAX_FILE = 64 << 10
_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class SaslConfiguration:
    """What the file says.  `file` is "" when there is none."""

    file: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def get(self, key: str, default: str = "") -> str:
        return self.values.get(key, default)

    def words(self, key: str) -> tuple[str, ...]:
        """A value as words between blanks."""
        return tuple(words_of(self.get(key)))

    @property
    def mechanisms(self) -> tuple[str, ...] | None:
        """`mech_list` in upper case; None: whatever there is."""
        words = self.words("mech_list")
        return tuple(word.upper() for word in words) if "mech_list" in self.values else None


def read_sasl_configuration(path: str, policy: SafetyPolicy) -> SaslConfiguration:
    """The first Sendmail.conf in the directories of `path`, which stand between colons.

    Raises ConfigurationError when it cannot be read, must not be trusted, or has a line that is none.
    """
    for directory in filter(None, path.split(":")):
        file = Path(directory) / NAME
        try:
            with open_for_reading(str(file), rules_for(Purpose.CERTIFICATE, policy)) as opened:
                text = from_bytes(read_bounded(opened, _MAX_FILE))
        except FileNotFoundError:
            continue
        except (NotADirectoryError, PermissionError) as error:
            raise ConfigurationError(f"{file}: {error.strerror}") from error
        except SafetyError as error:
            raise ConfigurationError(f"safesasl({error.path}) failed: {error.reason}") from error
        except TooLargeError as error:
            raise ConfigurationError(str(error)) from error
        return SaslConfiguration(str(file), _values(text, str(file)))
    return SaslConfiguration()


def _values(text: str, file: str) -> dict[str, str]:
    values = {}
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip(BLANKS)
        if not stripped or stripped.startswith("#"):
            continue
        found = _LINE.fullmatch(stripped)
        if found is None:
            raise ConfigurationError("expected `key: value'", Position(file, number))
        values[found[1].lower()] = found[2]
    return values
