"""A file of users and hashed passwords: `noctule user` writes it, and it is what a first site has.

    # noctule users; decoy 8f1d…
    alice:$scrypt$ln=15,r=8,p=1$<salt>$<key>
    bob@example.net:{SCRAM-SHA-256}4096,<salt>,<stored key>,<server key>

Salts and keys are base64.  A name without a realm counts in every realm.  `$scrypt$` (RFC 7914) is the default: it is
the dearest to guess, and serves PLAIN and LOGIN; the SCRAM form (as Dovecot writes it) also serves SCRAM-SHA-256.
The random number behind `decoy` makes salts for users that do not exist: they must not change between questions.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from noctule.base.errors import TemporaryError
from noctule.base.text import BLANKS, from_bytes, to_bytes
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.sasl.login import Login, ScramKeys, Secret
from noctule.sasl.scram import derive

MAX_FILE = 16 << 20  # bytes
COST = 15  # log2 of N; with r=8 a guess takes 32 MiB and some 80 ms
SCRAM_ITERATIONS = 4096
HASH = "sha256"
_SALT = 16
_AT_ONCE = 2  # hashes computed at a time: each holds its memory
_DECOY = re.compile(r"# noctule users; decoy ([0-9a-f]{32})\s*", re.ASCII)
_SCRYPT = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)")
_SCRAM = re.compile(r"\{SCRAM-SHA-256\}(\d{4,7}),([A-Za-z0-9+/=]+),([A-Za-z0-9+/=]+),([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class Scrypt:
    """A password hashed by scrypt."""

    cost: int
    r: int
    p: int
    salt: bytes
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, password: bytes, salt: bytes, cost: int = COST, r: int = 8, p: int = 1) -> "Scrypt":
        memory = 128 * r * (2**cost + p + 2)
        key = hashlib.scrypt(password, salt=salt, n=2**cost, r=r, p=p, maxmem=2 * memory, dklen=32)
        return cls(cost, r, p, salt, key)

    @property
    def form(self) -> tuple[int, ...]:
        return self.cost, self.r, self.p

    def decoy(self, salt: bytes) -> "Scrypt":
        return replace(self, salt=salt, key=bytes(32))

    def fits(self, password: bytes) -> bool:
        return hmac.compare_digest(Scrypt.of(password, self.salt, self.cost, self.r, self.p).key, self.key)

    def __str__(self) -> str:
        return f"$scrypt$ln={self.cost},r={self.r},p={self.p}${_text(self.salt)}${_text(self.key)}"


@dataclass(frozen=True, slots=True)
class Scram:
    """What SCRAM-SHA-256 needs of a password."""

    keys: ScramKeys

    @classmethod
    def of(cls, password: bytes, salt: bytes, iterations: int = SCRAM_ITERATIONS) -> "Scram":
        return cls(derive(password, salt, iterations, HASH))

    @property
    def form(self) -> tuple[int, ...]:
        return (self.keys.iterations,)

    def decoy(self, salt: bytes) -> "Scram":
        return Scram(replace(self.keys, salt=salt, stored_key=bytes(32), server_key=hashlib.sha256(salt).digest()))

    def fits(self, password: bytes) -> bool:
        derived = derive(password, self.keys.salt, self.keys.iterations, HASH)
        return hmac.compare_digest(derived.stored_key, self.keys.stored_key)

    def __str__(self) -> str:
        keys = self.keys
        return (
            f"{{SCRAM-SHA-256}}{keys.iterations},{_text(keys.salt)},{_text(keys.stored_key)},{_text(keys.server_key)}"
        )


Hashed = Scrypt | Scram
"""`form` is what a guess costs; `decoy` one that costs the same, and no password fits."""


@dataclass(frozen=True, slots=True)
class PasswordFile:
    """A file's contents, in its order."""

    decoy: bytes
    users: dict[str, Hashed]

    @classmethod
    def new(cls, random: Callable[[int], bytes]) -> "PasswordFile":
        return cls(random(_SALT), {})

    @classmethod
    def parse(cls, text: str) -> "PasswordFile":
        """Raises ValueError, which tells the line, for anything that is no user."""
        first = _DECOY.match(text)
        decoy = bytes.fromhex(first[1]) if first else hashlib.sha256(to_bytes(text)).digest()[:_SALT]
        users = {}
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip(BLANKS) or line.startswith("#"):
                continue
            name, colon, hashed = line.strip(BLANKS).partition(":")
            known = parse_hash(hashed) if name and colon else None
            if known is None:
                raise ValueError(f"line {number}: expected `user:hash'")
            users[name] = known
        return cls(decoy, users)

    def __str__(self) -> str:
        lines = [
            f"# noctule users; decoy {self.decoy.hex()}",
            *(f"{name}:{known}" for name, known in self.users.items()),
        ]
        return "\n".join(lines) + "\n"

    def find(self, login: Login) -> Hashed | None:
        return self.users.get(f"{login.name}@{login.realm}") or self.users.get(login.name)

    def fits(self, login: Login, password: bytes) -> bool:
        """Is this the user's password?

        Whoever it is about, a guess costs one hash of each form in the file: the time tells nobody who exists.
        """
        found, salt = self.find(login), self._decoy_salt(login)
        tried = {known.form: known.decoy(salt) for known in self.users.values()}
        if found is not None:
            tried[found.form] = found
        return any([one.fits(password) for one in tried.values()])  # noqa: C419 - all of them, always

    def secret(self, login: Login) -> Secret | None:
        """The SCRAM keys of a user, or a decoy; None where nobody has any."""
        found = self.find(login)
        if isinstance(found, Scram):
            return Secret(scram={HASH: found.keys})
        model = next((known for known in self.users.values() if isinstance(known, Scram)), None)
        return Secret(scram={HASH: model.decoy(self._decoy_salt(login)).keys}, decoy=True) if model else None

    def _decoy_salt(self, login: Login) -> bytes:
        return hmac.digest(self.decoy, to_bytes(f"{login.name}@{login.realm}"), "sha256")[:_SALT]


class PasswordFileBackEnd:
    """One file.  It is read again when it has changed."""

    gives_secrets = True

    def __init__(self, path: str, policy: SafetyPolicy) -> None:
        self.name = f"passwords {path}"
        self._path = path
        self._rules = rules_for(Purpose.SASL_DATABASE, policy)
        self._known: tuple[tuple[int, int, int], PasswordFile] | None = None
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def verify(self, login: Login, password: bytes) -> bool:
        file = self._read()
        async with self._slots:
            return await asyncio.to_thread(file.fits, login, password)

    async def secret(self, login: Login) -> Secret | None:
        return self._read().secret(login)

    async def close(self) -> None:
        self._known = None

    def _read(self) -> PasswordFile:
        try:
            with open_for_reading(self._path, self._rules) as opened:
                seen = os.fstat(opened.fileno())
                stamp = seen.st_mtime_ns, seen.st_size, seen.st_ino
                if self._known is None or self._known[0] != stamp:
                    self._known = stamp, PasswordFile.parse(from_bytes(read_bounded(opened, MAX_FILE)))
        except SafetyError as error:
            raise TemporaryError(f"{self.name}: safesasl failed: {error.reason}") from error
        except (OSError, TooLargeError, ValueError) as error:
            raise TemporaryError(f"{self.name}: {getattr(error, 'strerror', '') or error}") from error
        return self._known[1]


def parse_hash(text: str) -> Hashed | None:
    """A hashed password; None for what is none."""
    try:
        if found := _SCRYPT.fullmatch(text):
            cost, r, p = int(found[1]), int(found[2]), int(found[3])
            bounded = 1 <= cost <= 20 and 1 <= r <= 16 and 1 <= p <= 16
            return Scrypt(cost, r, p, _bytes(found[4]), _bytes(found[5])) if bounded else None
        if found := _SCRAM.fullmatch(text):
            keys = ScramKeys(
                salt=_bytes(found[2]),
                iterations=int(found[1]),
                stored_key=_bytes(found[3]),
                server_key=_bytes(found[4]),
            )
            return Scram(keys) if keys.iterations <= 1_000_000 else None
    except binascii.Error:
        return None
    return None


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
