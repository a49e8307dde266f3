from noctule.receive.throttle import Rates, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rates_within_the_window() -> None:
    clock = Clock()
    throttle = Throttle(clock, window=60)
    assert throttle.opened("a") == Rates(1, 1, 1)
    assert throttle.opened("a") == Rates(2, 2, 2)
    assert throttle.opened("b") == Rates(1, 3, 1)
    throttle.closed("a")
    clock.now += 61
    assert throttle.opened("a") == Rates(1, 1, 2)
    assert throttle.connections == 3
    for address in "aab":
        throttle.closed(address)
    assert throttle.connections == 0


def test_connections_per_second() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert throttle.wait_for(0) == 0
    for _ in range(2):
        assert throttle.wait_for(2) == 0
        throttle.opened("a")
    assert throttle.wait_for(2) == 1.0
    clock.now += 0.25
    assert throttle.wait_for(2) == 0.75
    clock.now += 5
    assert throttle.wait_for(2) == 0


def test_addresses_are_forgotten() -> None:
    clock = Clock()
    throttle = Throttle(clock, window=60)
    for n in range(10_000):
        throttle.opened(f"a{n}")
        throttle.closed(f"a{n}")
    clock.now += 61
    throttle.opened("fresh")
    assert len(throttle._recent) == 1
