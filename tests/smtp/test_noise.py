"""Delays of commands that do no work, and the end of those who go on."""

from dataclasses import replace

import pytest

from noctule.smtp.noise import NoiseMeter
from noctule.smtp.rules import Offer, Rules
from noctule.smtp.verbs import Noise

RULES = Rules(host="mail.example.org", peer="client [192.0.2.1]", max_noops=5, offer=Offer(auth=("PLAIN", "LOGIN")))


@pytest.mark.parametrize(
    ("noise", "free"), [(Noise.HELO, 3), (Noise.VRFY, 6), (Noise.ETRN, 8), (Noise.NOOP, 5), (Noise.AUTH, 3)]
)
def test_delays_double_beyond_the_free_ones(noise: Noise, free: int) -> None:
    meter = NoiseMeter()
    counted = [meter.count(noise, RULES) for _ in range(free + 2)]
    assert counted == [(0.0, 0)] * (free - 1) + [(1.0, free), (2.0, 0), (4.0, 0)]


def test_kinds_are_counted_apart() -> None:
    meter = NoiseMeter()
    for _ in range(2):
        assert meter.count(Noise.HELO, RULES) == (0.0, 0)
    assert meter.count(Noise.AUTH, RULES) == (0.0, 0)


def test_delays_have_an_end() -> None:
    meter = NoiseMeter()
    assert [meter.count(Noise.NOOP, RULES) for _ in range(40)][-1] == (240.0, 0)


def test_no_limit() -> None:
    meter = NoiseMeter()
    assert {meter.count(Noise.NOOP, replace(RULES, max_noops=0)) for _ in range(100)} == {(0.0, 0)}


def test_where_sessions_are_limited_twice_the_free_ones_are_too_many() -> None:
    meter = NoiseMeter()
    counted = [meter.count(Noise.HELO, replace(RULES, close_on_noise=True)) for _ in range(6)]
    assert counted[-2] is not None and counted[-1] is None
