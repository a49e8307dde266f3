"""Counting wrong passwords."""

import mmap
import multiprocessing

from noctule.accounts.guesses import ACCOUNT, CLIENT, HALF_LIFE, MAX_DELAY, Guesses

STRANGER = "192.0.2.7"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_is_slowed_and_then_shut_out() -> None:
    guesses = Guesses(Clock())
    waits = [guesses.begin(STRANGER, f"user{number}") for number in range(CLIENT.most + 5)]
    assert waits[: CLIENT.free] == [0.0] * CLIENT.free
    slowed = waits[CLIENT.free : CLIENT.most]
    assert slowed == sorted(slowed, key=lambda wait: wait or 0.0) and slowed[0] == 1.0 and slowed[-1] == MAX_DELAY
    assert waits[CLIENT.most :] == [None] * 5
    assert guesses.begin("192.0.2.8", "user0") == 0.0


def test_an_account_is_protected_from_many_clients() -> None:
    guesses = Guesses(Clock())
    waits = [guesses.begin(f"198.51.100.{number}", "alice") for number in range(ACCOUNT.most + 1)]
    assert waits[: ACCOUNT.free] == [0.0] * ACCOUNT.free
    assert waits[ACCOUNT.free] == 1.0
    assert waits[ACCOUNT.most] is None
    assert guesses.begin("192.0.2.8", "bob") == 0.0


def test_an_account_has_one_count_however_it_is_spelled() -> None:
    guesses = Guesses(Clock())
    for number in range(ACCOUNT.free):
        guesses.begin(f"198.51.100.{number}", ("alice@x", "ALICE@X", " Alice@x ")[number % 3])
    assert guesses.begin("192.0.2.8", "aLiCe@x") == 1.0
    guesses.forgive("192.0.2.8", "ALICE@x")
    guesses.forgive("192.0.2.9", "alice@X")
    assert guesses.begin("192.0.2.8", "alice@x") == 0.0


def test_time_forgives() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    while guesses.begin(STRANGER, "alice") is not None:
        pass
    clock.now += 10 * HALF_LIFE
    assert guesses.begin(STRANGER, "alice") == 0.0


def test_right_passwords_cost_nothing() -> None:
    guesses = Guesses(Clock())
    for _ in range(3 * CLIENT.most):
        assert guesses.begin(STRANGER, "alice") == 0.0
        guesses.forgive(STRANGER, "alice")


def test_many_at_once_are_not_free() -> None:
    guesses = Guesses(Clock())
    under_way = [guesses.begin(STRANGER, "alice") for _ in range(CLIENT.most + 1)]
    assert under_way[-1] is None


def test_a_network_of_ipv6_is_one_client() -> None:
    guesses = Guesses(Clock())
    waits = [guesses.begin(f"IPv6:2001:db8::{number:x}", f"user{number}") for number in range(CLIENT.most + 1)]
    assert waits[-1] is None


def test_webmail_on_this_host_is_not_a_client() -> None:
    guesses = Guesses(Clock())
    for client in ("127.0.0.1", "IPv6:0:0:0:0:0:0:0:1", ""):
        assert {guesses.begin(client, f"{client} user{number}") for number in range(2 * CLIENT.most)} == {0.0}


def test_made_up_names_do_not_push_out_the_attacked_one() -> None:
    guesses = Guesses(Clock())
    while guesses.begin("", "alice") is not None:
        pass
    for number in range(50_000):
        guesses.begin("", f"user{number}")
    assert guesses.begin("", "alice") is None


def _fail(memory: mmap.mmap) -> None:
    guesses = Guesses(Clock(), memory)
    for _ in range(CLIENT.most):
        guesses.begin(STRANGER, "alice")


def test_all_workers_count_together() -> None:
    ours = Guesses(Clock())
    worker = multiprocessing.get_context("fork").Process(target=_fail, args=(ours.memory,))
    worker.start()
    worker.join()
    assert ours.begin(STRANGER, "bob") is None
