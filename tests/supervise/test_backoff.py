import itertools

from noctule.supervise.backoff import restart_delay


def test_the_first_death_costs_next_to_nothing():
    assert restart_delay([5.0]) < 1


def test_short_lives_in_a_row_double_the_delay_up_to_a_limit():
    delays = [restart_delay([0.1] * n) for n in range(1, 20)]
    assert all(b == 2 * a or b == delays[-1] for a, b in itertools.pairwise(delays))
    assert delays[-1] == 30


def test_a_long_life_clears_the_record():
    assert restart_delay([0.1, 0.1, 0.1, 3600.0]) == 0
    assert restart_delay([0.1, 3600.0, 0.1]) == restart_delay([0.1])
