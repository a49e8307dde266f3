"""BY= of MAIL, as recorded from Sendmail with DeliverByMin=100."""

import pytest

from noctule.smtp.parameters import DeliverBy, Refusal, mail_parameters


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("=50;R", "555 5.5.2 time 50 less than 100"),
        ("=50;N", DeliverBy(seconds=50, return_it=False)),
        ("=100;R", DeliverBy(seconds=100, return_it=True)),
        ("=-5;N", DeliverBy(seconds=-5, return_it=False)),
        ("=120;nt", DeliverBy(seconds=120, return_it=False, trace=True)),
        ("=9999999999;RT", "501 5.5.2 BY=9999999999;RT out of range"),
        ("=999999999;RX", "501 5.5.2 illegal by-trace 'X'"),
        ("=0;R", "501 5.5.4 mode R requires BY time > 0"),
        ("=5", "501 5.5.2 BY= missing ';'"),
        ("=5;X", "501 5.5.2 illegal by-mode 'X'"),
        ("", "501 5.5.2 BY= requires a value"),
    ],
)
def test_by(value: str, answer: str | DeliverBy) -> None:
    try:
        said: object = mail_parameters(f"BY{value}", dsn=True, deliver_by=100).deliver_by
    except Refusal as refusal:
        said = str(refusal.reply)
    assert said == answer


def test_it_is_unknown_where_it_is_off() -> None:
    with pytest.raises(Refusal, match=r"555 5\.5\.4 BY parameter unrecognized"):
        mail_parameters("BY=50;R", dsn=True, deliver_by=None)
