"""noctule user: who may log in, kept in a file of hashed passwords.

The password comes from standard input, or from the terminal without being shown; never from the command line, where
everybody could read it.
"""

import getpass
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from noctule.accounts.choosing import PASSWORD_FILE
from noctule.accounts.passwordfile import MAX_FILE, PasswordFile, Scram, Scrypt
from noctule.accounts.saslconf import read_sasl_configuration
from noctule.assembly.tables import safety_policy
from noctule.base.errors import UsageError
from noctule.base.text import from_bytes, to_bytes
from noctule.config import Options
from noctule.files import write_file
from noctule.mail.status import Exit
from noctule.sasl.login import MAX_NAME, MAX_PASSWORD

_SALT = 16


def password_file(given: str, options: Callable[[], Options]) -> Path:
    """The file named on the command line, or else in the Sendmail.conf of a configuration.

    Raises UsageError, ConfigurationError.
    """
    if given:
        return Path(given)
    known = options()
    configuration = read_sasl_configuration(known.string("SaslConfPath"), safety_policy(known))
    if "passwordfile" not in configuration.words("pwcheck_method"):
        raise UsageError("no Sendmail.conf with `pwcheck_method: passwordfile'; name the file by --file")
    return Path(configuration.get("passwordfile_path", PASSWORD_FILE))


def add(path: Path, name: str, *, scram: bool = False) -> int:
    """Add a user, or give one another password."""
    if not _fit(name):
        raise UsageError(f"{name}: not a user's name")
    password = _password()
    file = _read(path)
    salt = secrets.token_bytes(_SALT)
    file.users[_stored(name)] = Scram.of(password, salt) if scram else Scrypt.of(password, salt)
    _write(path, file)
    return Exit.OK


def delete(path: Path, name: str) -> int:
    """Take a user out."""
    file = _read(path)
    if file.users.pop(_stored(name), None) is None:
        print(f"{name}: no such user", file=sys.stderr)
        return Exit.NOUSER
    _write(path, file)
    return Exit.OK


def show(path: Path) -> int:
    """The users' names."""
    for name in _read(path).users:
        print(to_bytes(name).decode("utf-8", "replace"))
    return Exit.OK


def _fit(name: str) -> bool:
    return 0 < len(name.encode()) <= MAX_NAME and name.isprintable() and not set(name) & set(" :#")


def _stored(name: str) -> str:
    return from_bytes(name.encode())


def _password() -> bytes:
    """From the terminal it is asked for twice."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ").encode()
        if getpass.getpass("Again: ").encode() != password:
            raise UsageError("the passwords differ")
    else:
        password = sys.stdin.buffer.readline(MAX_PASSWORD + 2).rstrip(b"\r\n")
    if not 0 < len(password) <= MAX_PASSWORD or b"\0" in password:
        raise UsageError("no password, or one too long")
    return password


def _read(path: Path) -> PasswordFile:
    try:
        with path.open("rb") as file:
            return PasswordFile.parse(from_bytes(file.read(MAX_FILE)))
    except FileNotFoundError:
        return PasswordFile.new(secrets.token_bytes)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', '') or error}") from None


def _write(path: Path, file: PasswordFile) -> None:
    """Whole or not at all, readable for its owner only."""
    try:
        write_file(str(path), to_bytes(str(file)), mode=0o600)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
