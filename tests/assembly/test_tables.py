"""From options to the resolver and the maps."""

import asyncio
from pathlib import Path

import pytest

import slapdhost
from config.disk import read
from noctule import config
from noctule.assembly.opener import SystemOpener
from noctule.assembly.tables import open_tables, resolver_settings, safety_policy
from noctule.base.questions import AnswerKind, Question
from noctule.config import Configuration
from noctule.maps import BlockingLookups, Environment
from noctule.maps.table import MapTable
from noctule.resolve import Found, Resolver
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros
from resolve.server import Zone, serving

ZONE = Zone(
    "example.",
    """
@ 60 IN SOA ns hostmaster 1 60 60 60 60
far 60 IN MX 10 mx.far
mx.far 60 IN A 192.0.2.7
""",
)


def configured(*lines: str) -> Configuration:
    return read("V10\nMlocal, P=/x, A=x\n" + "".join(f"{line}\n" for line in lines))


def test_the_name_server_of_the_configuration_is_asked() -> None:
    async def exchangers(port: int) -> object:
        conf = configured(f"O NameServer=127.0.0.1/{port}", "O ServiceSwitchFile=/nonexistent")
        return await Resolver(resolver_settings(conf)).mail_exchangers("far.example")

    with serving(ZONE) as port:
        found = asyncio.run(exchangers(port))
    assert isinstance(found, Found)
    assert [exchanger.name for exchanger in found.value] == ["mx.far.example."]


@pytest.mark.parametrize(
    ("value", "servers", "port"),
    [("192.0.2.1", ("192.0.2.1",), 53), ("::1/5353", ("::1",), 5353), ("192.0.2.1/1", ("192.0.2.1",), 1)],
)
def test_name_server_with_and_without_a_port(value: str, servers: tuple[str, ...], port: int) -> None:
    settings = resolver_settings(configured(f"O NameServer={value}"))
    assert (settings.nameservers, settings.port) == (servers, port)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("ns.example", "readcf: option NameServer: invalid IP address ns.example"),
        ("192.0.2.1/", "readcf: option NameServer: invalid port "),
        ("192.0.2.1/65536", "readcf: option NameServer: invalid port 65536"),
    ],
)
def test_a_bad_name_server_is_an_error(value: str, complaint: str) -> None:
    conf = configured(f"O NameServer={value}")
    assert [error.text for error in conf.errors] == [complaint]
    assert resolver_settings(conf).nameservers == ()


@pytest.mark.parametrize(
    ("text", "services"),
    [
        (None, ("files", "dns")),
        ("", ("files", "dns")),
        ("# comment\nhosts\tdns files\nhosts nis\n", ("dns", "files")),
        ("hosts files # dns\n", ("files",)),
        ("hosts: files\n", ("files", "dns")),
        ("aliases nis\n", ("files", "dns")),
    ],
)
def test_the_service_switch_orders_hosts(tmp_path: Path, text: str | None, services: tuple[str, ...]) -> None:
    file = tmp_path / "switch"
    if text is not None:
        file.write_text(text)
    conf = configured("O DontBlameSendmail=TrustStickyBit", f"O ServiceSwitchFile={file}")
    assert resolver_settings(conf).services == services


def asked(table: MapTable, name: str, key: str) -> str | None:
    answer = table.lookup(Question(name, key))
    return answer.value if answer.kind is AnswerKind.FOUND else None


def aliases(tmp_path: Path, *lines: str) -> MapTable:
    (tmp_path / "first").write_text("bob: alice\n")
    (tmp_path / "second").write_text("bob: nobody\ncarol: dave\n")
    conf = configured(
        "O DontBlameSendmail=MapInUnsafeDirPath",
        f"O AliasFile=stab:{tmp_path}/first",
        f"O AliasFile=stab:{tmp_path}/second",
        *lines,
    )
    assert conf.errors == []
    return open_tables(conf, Environment(policy=safety_policy(conf.options)))


def test_alias_files_have_the_names_sendmail_gives_them(tmp_path: Path) -> None:
    table = aliases(tmp_path, "O ServiceSwitchFile=/nonexistent", "Kboth sequence Alias1 Alias0 aliases.files")
    assert table.errors == []
    assert [asked(table, name, "bob") for name in ("Alias0", "alias1", "both")] == ["alice", "nobody", "nobody"]
    assert [asked(table, name, "bob") for name in ("aliases", "aliases.files")] == ["alice", "alice"]
    assert [asked(table, name, "carol") for name in ("Alias0", "aliases", "both")] == [None, "dave", "dave"]


def test_the_service_switch_orders_aliases(tmp_path: Path) -> None:
    (tmp_path / "switch").write_text("aliases mine files\n")
    (tmp_path / "mine").write_text("bob own\n")
    table = aliases(
        tmp_path,
        "O DontBlameSendmail=TrustStickyBit",
        f"O ServiceSwitchFile={tmp_path}/switch",
        f"Kaliases.mine text -k0 -v1 {tmp_path}/mine",
    )
    assert asked(table, "aliases", "bob") == "own"
    assert asked(table, "aliases", "carol") == "dave"


def test_a_map_named_aliases_takes_their_place(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("bob own\n")
    table = aliases(tmp_path, f"Kaliases text -k0 -v1 {tmp_path}/own")
    assert asked(table, "aliases", "bob") == "own"
    assert asked(table, "aliases", "carol") is None


def test_an_alias_class_nobody_knows_is_an_error() -> None:
    conf = configured("O AliasFile=foo:/etc/aliases", "O AliasFile=" + ",".join(["/a"] * 65))
    assert [str(error) for error in conf.errors] == [
        "case.cf: line 3: setalias: unknown alias class foo",
        "case.cf: line 4: Too many alias databases defined, 64 max",
    ]
    assert conf.options.words("AliasFile") == ("/a",) * 64


DIRECTORY = f"""\
dn: sendmailMTAKey=staff,{slapdhost.SUFFIX}
objectClass: sendmailMTAAliasObject
sendmailMTAAliasGrouping: aliases
sendmailMTACluster: Servers
sendmailMTAKey: staff
sendmailMTAAliasValue: alice
sendmailMTAAliasValue: bob@example.org

dn: sendmailMTAKey=elsewhere,{slapdhost.SUFFIX}
objectClass: sendmailMTAAliasObject
sendmailMTAAliasGrouping: aliases
sendmailMTAHost: other.example.org
sendmailMTAKey: elsewhere
sendmailMTAAliasValue: alice

dn: sendmailMTAClassName=X,{slapdhost.SUFFIX}
objectClass: sendmailMTAClass
sendmailMTAClassName: X
sendmailMTAHost: mail.example.org
sendmailMTAClassValue: one.example.org
sendmailMTAClassValue: two.example.org
"""


def test_aliases_and_classes_may_be_in_a_directory(tmp_path: Path) -> None:
    with slapdhost.running(tmp_path, ldif=DIRECTORY) as host:
        lines = [
            "V10",
            "Mlocal, P=/x, A=x",
            "Djmail.example.org",
            "D{sendmailMTACluster}Servers",
            f"O LDAPDefaultSpec=-H {host.uri} -b {slapdhost.SUFFIX}",
            "O AliasFile=ldap:",
            'O AliasFile=ldap:-k (uid=%0) -v "mail,cn:NORMAL:nosuch"',
            "F{X}@LDAP",
            "F{Y}@ldap:-k (objectClass=inetOrgPerson) -v uid",
            "Kmails ldap -k (uid=%0) -v mail",
        ]
        conf = config.read(
            "\n".join(lines), file="x.cf", macros=Macros(), classes=Classes(), opener=SystemOpener(), version=""
        )
        assert conf.errors == []
        assert set(conf.classes.members("X")) == {"one.example.org", "two.example.org"}
        assert set(conf.classes.members("Y")) == {"alice", "bob", "carol"}
        with BlockingLookups(table := open_tables(conf, Environment())) as asks:
            assert table.errors == []

            def found(name: str, key: str) -> str:
                return asks.lookup(Question(name, key)).value

            assert found("aliases", "staff") == "alice,bob@example.org"
            assert asks.lookup(Question("aliases", "elsewhere")).kind is AnswerKind.NOT_FOUND
            assert found("aliases", "carol") == "carol@example.test"
            assert found("mails", "bob") == "bob@example.test"


def test_mistakes_in_the_default_spec_of_ldap_are_told_once() -> None:
    conf = configured("O LDAPDefaultSpec=-y -v cn", "Kone ldap -k (uid=%0)", "Ktwo ldap -k (uid=%0)")
    assert [error.text for error in open_tables(conf, Environment()).errors] == [
        "Illegal option y map O LDAPDefaultSpec",
        "readcf: option LDAPDefaultSpec: Do not set the requested LDAP attributes",
    ]
