import pytest

from noctule.mail.envelope import BodyType, Envelope
from noctule.mime import EightBitMode, Handling, handling

M, P, S = EightBitMode.MIME, EightBitMode.JUST_SEND, EightBitMode.STRICT
AS_IS, DECLARE, CONVERT, REFUSE = Handling.AS_IS, Handling.DECLARE, Handling.CONVERT, Handling.REFUSE


@pytest.mark.parametrize(
    ("mode", "declared", "flags", "offered", "what"),
    [
        (P, True, "", True, DECLARE),
        (P, True, "", False, CONVERT),
        (P, False, "", True, AS_IS),
        (P, False, "", False, AS_IS),
        (M, False, "", True, DECLARE),
        (M, False, "", False, CONVERT),
        (S, True, "", False, CONVERT),
        (P, True, "8", False, AS_IS),
        (P, True, "", None, AS_IS),
        (P, True, "7", True, CONVERT),
        (P, False, "7", True, REFUSE),
        (P, False, "7", None, REFUSE),
        (M, False, "7", None, CONVERT),
    ],
)
def test_eight_bit_data(mode: EightBitMode, declared: bool, flags: str, offered: bool | None, what: Handling) -> None:
    body_type = BodyType.EIGHT_BIT_MIME if declared else BodyType.UNSTATED
    envelope = Envelope(id="x", sender="<>", body_type=body_type, has_8bit=True)
    assert handling(mode, envelope, flags, eight_bit_mime=offered) is what


@pytest.mark.parametrize("mode", EightBitMode)
def test_ascii_goes_as_it_is(mode: EightBitMode) -> None:
    envelope = Envelope(id="x", sender="<>", body_type=BodyType.EIGHT_BIT_MIME)
    assert handling(mode, envelope, "7", eight_bit_mime=False) is AS_IS
    assert handling(mode, envelope, "", eight_bit_mime=True) is DECLARE
