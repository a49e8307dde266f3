"""Each flag of each map class is in a recorded case, and each class that works is (data/*cases.txt)."""

import pytest

from maps.oracle import cases
from noctule.maps.arguments import parse_arguments
from noctule.maps.classes import CLASSES, map_class

ELSEWHERE = {  # class: where its answers are held against those of the real thing
    "cdb": "tests/conformance/test_maps.py: the Debian build has none",
    "lmdb": "tests/conformance/test_maps.py: the Debian build has none",
    "dbm": "tests/conformance/test_maps.py: the Debian build has none",
    "socket": "tests/maps/test_socketmap.py: a server of its protocol",
    "python": "tests/maps/test_pythonmap.py: ours alone",
    "switch": "tests/maps/test_table.py: a service switch",
}
FLAGS = {  # letter: the classes that do something with it
    "a": "hash text regex dns bestmx host arpa arith dequote ldap program",
    "A": "hash dns ldap",
    "b": "regex ldap",
    "B": "dns",
    "c": "ldap",
    "d": "hash dns host regex ldap",
    "D": "hash dns host ldap",
    "f": "hash text dns regex ldap",
    "h": "ldap",
    "H": "ldap",
    "k": "text ldap",
    "K": "ldap",
    "l": "ldap",
    "L": "syslog",
    "m": "hash text regex dns host bestmx user ldap",
    "M": "ldap",
    "n": "regex ldap",
    "N": "hash dns ldap",
    "o": "hash text dns ldap",
    "O": "hash dns ldap",
    "p": "ldap",
    "P": "ldap",
    "q": "hash text dns regex ldap",
    "r": "dns host ldap",
    "R": "dns ldap",
    "s": "regex dequote macro arith arpa ldap",
    "S": "hash text regex host syslog ldap dns",
    "t": "hash dns host program ldap",
    "T": "hash dns host bestmx ldap",
    "v": "text user ldap",
    "V": "ldap",
    "w": "ldap",
    "x": "ldap",
    "z": "hash text dns bestmx ldap",
    "Z": "dns ldap",
    "1": "ldap",
}  # and -2 of ldap, which the recorded Sendmail does not know: ldap_cases.txt


def _recorded() -> set[tuple[str, str]]:
    pairs = set()
    for file in ("cases.txt", "dns_cases.txt", "ldap_cases.txt"):
        for case in cases(file):
            name, _, text = case.declaration.replace("{at}", "-w3 -Hldap://h -bdc=x").partition(" ")
            pairs.add((name, ""))
            if name == "nosuch":
                continue
            arguments, _ = parse_arguments(text, map_class(name).grammar, map_name="case", class_name=name)
            pairs |= {(name, letter) for letter in arguments.flags}
    return pairs


def test_every_flag_is_recorded_with_every_class_that_knows_it() -> None:
    wanted = {(name, letter) for letter, names in FLAGS.items() for name in names.split()}
    assert wanted - _recorded() == set()


@pytest.mark.parametrize("name", [info.name for info in CLASSES if info.module])
def test_every_class_that_works_is_recorded(name: str) -> None:
    assert ((name, "") in _recorded()) != (name in ELSEWHERE)
