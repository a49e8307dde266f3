"""The directory that other tests ask is as its module says."""

import subprocess
from collections.abc import Iterator

import pytest

import slapdhost


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapdhost.Directory]:
    with slapdhost.running(tmp_path_factory.mktemp("directory")) as host:
        yield host


def who(host: slapdhost.Directory, *words: str) -> str:
    environment = {"LDAPNOINIT": "", "LDAPTLS_CACERT": str(host.ca_file)}
    done = subprocess.run(["ldapwhoami", "-Q", *words], capture_output=True, text=True, timeout=20, env=environment)
    return done.stdout.strip() or done.stderr


@pytest.mark.parametrize("mechanism", ["DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_the_proxy_acts_for_people(host: slapdhost.Directory, mechanism: str) -> None:
    words = ["-H", host.uri, "-Y", mechanism, "-U", slapdhost.PROXY, "-w", slapdhost.PROXY_PASSWORD]
    assert who(host, *words, "-X", "u:alice") == f"dn:uid=alice,ou=people,{slapdhost.SUFFIX}"
    assert "not authorized" in who(host, *words, "-X", "u:nobody")


def test_people_do_not_act_for_others(host: slapdhost.Directory) -> None:
    words = ["-H", host.uri, "-Y", "DIGEST-MD5", "-U", "alice", "-w", slapdhost.PASSWORDS["alice"]]
    assert "not authorized" in who(host, *words, "-X", "u:bob")


def test_the_socket_knows_who_asks(host: slapdhost.Directory) -> None:
    words = ["-H", host.local_uri, "-Y", "EXTERNAL"]
    assert who(host, *words) == f"dn:uid={slapdhost.PROXY},ou=agents,{slapdhost.SUFFIX}".lower()
    assert who(host, *words, "-X", "u:bob") == f"dn:uid=bob,ou=people,{slapdhost.SUFFIX}"


def test_over_tls_a_hashed_password_will_do(host: slapdhost.Directory) -> None:
    carol = f"uid=carol,ou=people,{slapdhost.SUFFIX}"
    words = ["ldapwhoami", "-x", "-H", host.tls_uri, "-D", carol, "-w", slapdhost.PASSWORDS["carol"]]
    context = {"LDAPTLS_CACERT": str(host.ca_file)}
    done = subprocess.run(words, capture_output=True, text=True, timeout=20, env=context)
    assert done.stdout.strip() == f"dn:{carol}", done.stderr
