"""The ldap class, against a real slapd, answers as the real Sendmail does (data/ldap_cases.txt, ldap_answers.json)."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import slapdhost
from maps.ldap_oracle import SECRET, ldap_cases, ldif, placed
from maps.oracle import DATA, write_files
from maps.test_oracle import ANYWHERE, as_test_mode
from noctule.base.questions import Answer, AnswerKind, Question
from noctule.directory import Defaults
from noctule.maps import BlockingLookups, Declaration, Environment, MapTable
from noctule.maps.ldapmap import MAX_SEARCHES, LdapMap
from noctule.maps.ldapspec import check_default

RECORDED = json.loads((DATA / "ldap_answers.json").read_text())
DIFFERENT = {
    r"\(uid=%0\)\)$": "without -v all attributes are answers, as is documented; Sendmail fails with `Bad address`",
    r"-Mnone": "binds as nobody; Sendmail's fails",
    r"-Mkrbv4": "is refused when it is declared",
    r"-w2": "version 3 is spoken whatever is asked for",
    r"-P\{dir\}/words": "a secret that others can read is refused when it is declared",
    r"-p 1 -o": "an optional directory that is away holds nothing; that it is away shows only when it is asked",
    r"-H nonsense": "is refused when it is declared",
    r"-px": "is refused when it is declared",
    r"uniqueMember:DN": "a member that is gone is no error, as is documented; Sendmail puts off the whole question",
}
WITH_GONE_MEMBERS = {"list", "gone"}
SAID_ONCE = "LDAPDefaultSpec"  # complaints about it are not a map's


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapdhost.Directory]:
    with slapdhost.running(tmp_path_factory.mktemp("directory"), ldif=ldif()) as host:
        yield host


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("maps")
    write_files(place)
    (place / SECRET).write_text(slapdhost.ADMIN_PASSWORD + "\n")
    (place / SECRET).chmod(0o600)
    return place


def declared(
    host: slapdhost.Directory, folder: Path, declaration: str, default: str = "", *, said: list[str] | None = None
) -> MapTable:
    environment = Environment(
        policy=ANYWHERE,
        report=(said if said is not None else []).append,
        ldap_spec=placed(default, host, str(folder)),
        ldap=lambda: Defaults(settings={"TLS_CACERT": str(host.ca_file)}),
    )
    arguments = placed(declaration.removeprefix("ldap "), host, str(folder))
    return MapTable([Declaration("case", "ldap", arguments)], environment)


def test_the_recording_is_of_these_cases() -> None:
    cases = [(case.default, case.declaration) for case in ldap_cases()]
    assert cases == [(default, declaration) for default, declaration, _ in RECORDED]


def differs(declaration: str, key: str) -> bool:
    if "uniqueMember:DN" in declaration:
        return key in WITH_GONE_MEMBERS and "-m" not in declaration and "-z" in declaration
    return any(re.search(pattern, declaration) for pattern in DIFFERENT)


@pytest.mark.parametrize(("default", "declaration", "heard"), RECORDED, ids=[text for _, text, _ in RECORDED])
def test_answers(
    default: str, declaration: str, heard: dict[str, list[str]], host: slapdhost.Directory, folder: Path
) -> None:
    with BlockingLookups(table := declared(host, folder, declaration, default)) as asks:
        if not differs(declaration, ""):
            errors = [error.text.replace(str(folder), "{dir}") for error in table.errors]
            assert errors == [line for line in heard[""] if SAID_ONCE not in line]
        for question, lines in heard.items():
            key, *args = question.split("\t")
            if not question or differs(declaration, key):
                continue
            answer = asks.lookup(Question("case", key, tuple(args)))
            if args:
                value = answer.value if answer.kind is AnswerKind.FOUND else "DEFAULT"
                returned = next(line for line in lines if " returns:" in line).partition(" returns:")[2]
                assert re.sub(r"\s", "", value) == re.sub(r"\s", "", returned), question
            else:
                assert as_test_mode(table, key, answer).endswith(shown(lines)), question


def shown(lines: list[str]) -> str:
    """What test mode printed of one answer, which may have line ends."""
    start = next(index for index, line in enumerate(lines) if line.startswith(("map_lookup", "Map named")))
    return lines[-1] if "rror " in lines[start] else "\n".join(lines[start:])


def asked(host: slapdhost.Directory, folder: Path, arguments: str, *keys: str) -> list[Answer]:
    with BlockingLookups(table := declared(host, folder, f"ldap {arguments}")) as asks:
        assert table.errors == []
        return [asks.lookup(Question("case", key)) for key in keys]


def test_where_ours_is_of_another_opinion(host: slapdhost.Directory, folder: Path) -> None:
    members = "(cn=%0) -v mail,uniqueMember:DN"
    many, none = asked(host, folder, f"{{at}} -z, -k {members}", "list", "gone")
    assert many.value == "alice@example.test,bob@example.test,carol@example.test"
    assert none.kind is AnswerKind.NOT_FOUND
    (everything,) = asked(host, folder, "{at} -z| -k (uid=%0)", "alice")
    assert everything.value == "inetOrgPerson|alice|Alice Example|Example|alice@example.test|1"
    (anybody,) = asked(host, folder, "{at} -Mnone -w2 -k (uid=%0) -v mail", "alice")
    assert anybody.value == "alice@example.test"
    (away,) = asked(host, folder, "-h 127.0.0.1 -p 1 -o -k (uid=%0) -v mail", "alice")
    assert away.kind is AnswerKind.NOT_FOUND


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("-Mkrbv4 -k (a=b)", "map case: method krbv4 is not available"),
        ("-H nonsense -k (a=b)", "no LDAP URI: nonsense"),
        ("-h bad_host:99999 -k (a=b)", "no LDAP server: bad_host:99999"),
        ("-d cn=x -P {dir}/words -k (a=b)", "LDAP map: cannot open secret {dir}/words: Group readable file"),
    ],
)
def test_what_is_refused_when_it_is_declared(
    host: slapdhost.Directory, folder: Path, arguments: str, complaint: str
) -> None:
    table = declared(host, folder, f"ldap {arguments}")
    assert [error.text.replace(str(folder), "{dir}") for error in table.errors] == [complaint]


def test_encrypted_and_local_directories(host: slapdhost.Directory, folder: Path) -> None:
    for uri in (host.tls_uri, host.local_uri, f"ldap://127.0.0.1:1 {host.tls_uri}"):
        arguments = f'-H "{uri}" -b {slapdhost.SUFFIX} -k (uid=%0) -v mail'
        assert asked(host, folder, arguments, "bob")[0].value == "bob@example.test"


def test_a_directory_that_goes_away_and_comes_back(tmp_path: Path, folder: Path) -> None:
    said: list[str] = []
    question = Question("case", "bob")
    with slapdhost.running(tmp_path) as host:
        table = declared(host, folder, "ldap {at} -k (uid=%0) -v mail", said=said)
        asks = BlockingLookups(table)
        assert asks.lookup(question).value == "bob@example.test"
    assert asks.lookup(question).kind is AnswerKind.TEMPORARY
    assert asks.lookup(question).kind is AnswerKind.TEMPORARY
    assert len(said) == 1, "said once"
    assert f"127.0.0.1:{host.port}" in said[0]
    with slapdhost.serving(host):
        assert asks.lookup(question).value == "bob@example.test"
    asks.__exit__()


def test_a_silent_directory_costs_its_own_question_only(host: slapdhost.Directory, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"ldap://127.0.0.1:{silent.getsockname()[1]}"
        (answer,) = asked(host, folder, f"-c1 -H {uri} -k (uid=%0) -v mail", "bob")
        assert answer.kind is AnswerKind.TEMPORARY
        assert asked(host, folder, f'-c1 -H "{uri} {host.uri}" -b {slapdhost.SUFFIX} -k (uid=%0) -v uid', "bob")[
            0
        ].value


def test_maps_that_ask_alike_share_connections(host: slapdhost.Directory) -> None:
    at = f"-H {host.uri} -b {slapdhost.SUFFIX}"
    names = Declaration("names", "ldap", f"{at} -k (uid=%0) -v cn")
    mails = Declaration("mails", "ldap", f"{at} -k (uid=%0) -v mail")
    other = Declaration("other", "ldap", f"{at} -c5 -k (uid=%0) -v mail")
    table = MapTable([names, mails, other], Environment(ldap=Defaults))
    with BlockingLookups(table) as asks:
        for name in ("mails", "names", "other"):
            assert asks.lookup(Question(name, "bob")).kind is AnswerKind.FOUND
        found = [table.find(name) for name in ("names", "mails", "other")]
        directories = [known.directory for known in found if isinstance(known, LdapMap)]
        assert directories[0] is directories[1] is not directories[2]


def test_recursion_has_an_end(tmp_path: Path) -> None:
    chain = "".join(
        f"dn: cn={number},{slapdhost.SUFFIX}\nobjectClass: groupOfUniqueNames\ncn: {number}\n"
        f"uniqueMember: cn={number + 1},{slapdhost.SUFFIX}\n\n"
        for number in range(MAX_SEARCHES + 10)
    )
    with slapdhost.running(tmp_path, ldif=chain) as host:
        arguments = "{at} -z, -k (cn=%0) -v mail,uniqueMember:DN"
        near, far = asked(host, tmp_path, arguments, str(20), "0")
    assert near.kind is AnswerKind.NOT_FOUND
    assert far.kind is AnswerKind.TEMPORARY


def test_the_default_spec_is_checked() -> None:
    assert check_default("-y -k (a=b) -v c -H ldap://x") == [
        "Illegal option y map O LDAPDefaultSpec",
        "readcf: option LDAPDefaultSpec: Do not set the LDAP search filter",
        "readcf: option LDAPDefaultSpec: Do not set the requested LDAP attributes",
    ]
