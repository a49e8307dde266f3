from config.disk import read
from noctule.config import Filter

HEAD = "V10\nMlocal, P=/x, A=x\n"


def test_sockets_and_defaults() -> None:
    filters = read(HEAD + "Xa, S=unix:/run/a\nXb, S=/run/b\nXc, S=inet6:smtp@::1, F=4\n").filters
    assert [(f.name, f.family, f.address, f.port, f.on_failure) for f in filters.values()] == [
        ("a", "unix", "/run/a", "", ""),
        ("b", "unix", "/run/b", "", ""),
        ("c", "inet6", "::1", "smtp", "4"),
    ]
    assert (filters["a"].connect_timeout, filters["a"].send_timeout) == (300, 10)


def test_a_second_filter_of_the_same_name_does_not_count() -> None:
    conf = read(HEAD + "Xa, S=local:/x\nXa, S=local:/y\n")
    assert isinstance(conf.filters["a"], Filter)
    assert conf.filters["a"].address == "/x"
    assert [error.text for error in conf.errors] == ["Xa: duplicate filter definition"]
