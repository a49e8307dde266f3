"""Reading files that hold addresses, with the facts that say how far to trust them."""

import os
from dataclasses import dataclass

from noctule.files.policy import Purpose, SafetyPolicy, rules_for
from noctule.files.reading import TooLargeError, read_bounded
from noctule.files.safety import SafetyError, open_for_reading

_PROGRAMS = {Purpose.FORWARD: Purpose.FORWARD_PROGRAMS, Purpose.INCLUDE: Purpose.INCLUDE_PROGRAMS}


@dataclass(frozen=True, slots=True)
class AddressText:
    """Contents and owner.  Unless `trusted`, the file must not name programs and files."""

    text: bytes
    uid: int
    gid: int
    trusted: bool


def read_addresses(
    path: str, purpose: Purpose, policy: SafetyPolicy, *, limit: int, owner: int | None = None
) -> AddressText:
    """Read a `.forward` (Purpose.FORWARD) or a list (Purpose.INCLUDE) of at most `limit` bytes.

    With `owner`, a user number, it has to be his or root's.  Raises OSError, SafetyError.
    """
    with open_for_reading(path, rules_for(purpose, policy)) as file:
        found = os.fstat(file.fileno())
        if owner is not None and found.st_uid not in {0, owner}:
            raise SafetyError(path, "Owned by somebody else")
        try:
            text = read_bounded(file, limit)
        except TooLargeError as error:
            raise SafetyError(path, str(error)) from None
    return AddressText(text, found.st_uid, found.st_gid, _trusted(path, _PROGRAMS[purpose], policy))


def _trusted(path: str, programs: Purpose, policy: SafetyPolicy) -> bool:
    try:
        open_for_reading(path, rules_for(programs, policy)).close()
    except (SafetyError, OSError):
        return False
    return True
