"""Who we are to a server: what the ruleset `authinfo` and the file DefaultAuthInfo say.  Pure."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace

from noctule.base.text import from_bytes, words_of
from noctule.sasl.steps import Credentials

TEMPORARY = "temp"  # how the ruleset says that nobody can tell now
_LETTERS = "UIPRMFT"


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and its password.  `mechanisms` in upper case; none: those of AuthMechanisms.

    `file`: where the password or token is to be read; `grant`: the file that says where an access token is to be asked
    for; "" when it is known already.
    """

    credentials: Credentials
    mechanisms: tuple[str, ...] = ()
    file: str = ""
    grant: str = ""

    @property
    def has_password(self) -> bool:
        """Without one only a certificate can vouch for us."""
        return bool(self.credentials.password)

    def with_password(self, password: str) -> "Identity":
        """The same, when it is known."""
        return replace(self, credentials=replace(self.credentials, password=password))


def from_ruleset(tokens: Sequence[str]) -> Identity:
    """`"U:user" "I:authentication id" "P:password" "R:realm" "M:mechanisms"`, with `=` for `:` before base64.

    Noctule's own are `"F:file"` and `"T:file"` in place of the password.  Raises ValueError, without showing the words,
    for what is none of these and where no name is among them.
    """
    found: dict[str, str] = {}
    for token in tokens:
        word = token.removeprefix('"').removesuffix('"')
        letter, sign, text = word[:1].upper(), word[1:2], word[2:]
        if not letter or letter not in _LETTERS or sign not in (":", "=") or letter in found:
            raise ValueError("a word that is not understood")
        try:
            found[letter] = text if sign == ":" else from_bytes(base64.b64decode(text, validate=True))
        except binascii.Error:
            raise ValueError("base64 not understood") from None
    return _identity(*[found.get(letter, "") for letter in _LETTERS])


def from_file(text: str) -> Identity:
    """Lines with user, authentication id, password, realm and mechanisms; the last two may be missing.

    Raises ValueError naming what is missing.
    """
    lines = [line.strip("\r") for line in text.split("\n")]
    for number, what in enumerate(("user", "authid", "password")):
        if len(lines) <= number or not lines[number]:
            raise ValueError(what)
    return _identity(*[*lines, "", ""][:5])


def _identity(
    user: str, name: str, password: str, realm: str, mechanisms: str, file: str = "", grant: str = ""
) -> Identity:
    if not (user or name):
        raise ValueError("no name")
    if sum(map(bool, (password, file, grant))) > 1:
        raise ValueError("more than one password")
    credentials = Credentials(name=name or user, password=password, author=user, realm=realm)
    return Identity(credentials, tuple(words_of(mechanisms.upper())), file, grant)
