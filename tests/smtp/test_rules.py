import pytest

from noctule.smtp.rules import Offer

ALL = (
    *("ENHANCEDSTATUSCODES", "PIPELINING", "EXPN", "VERB", "8BITMIME", "SIZE 15000000", "DSN", "SMTPUTF8", "CHUNKING"),
    *("ETRN", "AUTH PLAIN LOGIN", "STARTTLS", "DELIVERBY 60", "HELP"),
)


def test_everything_in_sendmails_order() -> None:
    offer = Offer(size=15_000_000, smtputf8=True, chunking=True, auth=("PLAIN", "LOGIN"), starttls=True, deliver_by=60)
    assert offer.keywords() == ALL


@pytest.mark.parametrize(
    ("offer", "word"),
    [
        (Offer(pipelining=False), "PIPELINING"),
        (Offer(expn=False), "EXPN"),
        (Offer(verb=False), "VERB"),
        (Offer(eight_bit_mime=False), "8BITMIME"),
        (Offer(dsn=False), "DSN"),
        (Offer(etrn=False), "ETRN"),
        (Offer(deliver_by=None), "DELIVERBY"),
    ],
)
def test_what_is_switched_off_is_not_announced(offer: Offer, word: str) -> None:
    assert set(Offer().keywords()) - set(offer.keywords()) == {word}
