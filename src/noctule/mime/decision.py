"""What to do about 8-bit data on its way to one next hop."""

from collections.abc import Collection
from enum import Enum

from noctule.mail.envelope import BodyType, Envelope


class EightBitMode(Enum):
    """EightBitMode: what becomes of 8-bit data that no BODY=8BITMIME announced."""

    MIME = "m"
    JUST_SEND = "p"
    STRICT = "s"


class Handling(Enum):
    """What to do with a message."""

    AS_IS = "as is"
    DECLARE = "declare"  # as it is, with BODY=8BITMIME
    CONVERT = "convert"  # send what `to_seven_bit` makes of it
    REFUSE = "refuse"  # fail with 5.6.3: the next hop must not see 8-bit data, and conversion is not allowed


def handling(
    mode: EightBitMode, envelope: Envelope, flags: Collection[str], *, eight_bit_mime: bool | None
) -> Handling:
    """Decide for one mailer (its F= letters) and host.

    `eight_bit_mime` says whether the host offered 8BITMIME, None when the mailer does not speak SMTP.  Declared 8-bit
    data is converted where it cannot go as it is, in every mode; F=8 sends it all the same.
    """
    declared = envelope.body_type is BodyType.EIGHT_BIT_MIME
    if not envelope.has_8bit:
        return Handling.DECLARE if declared and eight_bit_mime else Handling.AS_IS
    convertible = declared or mode is EightBitMode.MIME
    if "7" in flags:
        return Handling.CONVERT if convertible else Handling.REFUSE
    if eight_bit_mime:
        return Handling.DECLARE if convertible else Handling.AS_IS
    if "8" in flags or eight_bit_mime is None:
        return Handling.AS_IS
    return Handling.CONVERT if convertible else Handling.AS_IS
