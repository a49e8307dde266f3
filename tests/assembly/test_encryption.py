"""TLS from options and files: what is refused, what is logged, and that contexts follow their files."""

import contextlib
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from assembly.configurations import sound
from certificates import Authority, Pair, hashed
from noctule.assembly.encryption import Encryption
from noctule.config import Configuration
from noctule.observe.log import Log


class Lines:
    """A log sink that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, priority: int, text: str) -> None:
        self.lines.append(text)

    def reopen(self) -> None: ...

    def close(self) -> None: ...


class World:
    """Files in a folder that is safe enough."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        authority = Authority(folder)
        self.pair = authority.issue("server")
        self.other = authority.issue("other")
        self.options = {
            "CACertFile": authority.file,
            "CACertPath": hashed(folder / "hashed", authority.file),
            "ServerCertFile": self.pair.certificate,
            "ServerKeyFile": self.pair.key,
            "CRLFile": authority.revoke(),
            "DontBlameSendmail": "TrustStickyBit",
            "LogLevel": 14,
        }

    def configuration(self, **changed: object) -> Configuration:
        options = self.options | changed
        return sound(self.folder, *[f"O {name}={value}" for name, value in options.items() if value])

    def key(self, name: str, mode: int) -> Path:
        path = self.folder / name
        shutil.copy(self.pair.key, path)
        path.chmod(mode)
        return path

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def started(configuration: Configuration) -> tuple[bool, list[str]]:
    """Whether there is TLS for clients, and what the log says."""
    kept = Lines()
    encryption = Encryption(configuration, Log(kept, configuration.options.integer("LogLevel")))
    return encryption.server() is not None, kept.lines


def test_everything_in_order(world: World) -> None:
    assert started(world.configuration()) == (
        True,
        ["STARTTLS=server, Diffie-Hellman init, key=2048 bit (I)", "STARTTLS=server, init=1"],
    )


@pytest.mark.parametrize(("mode", "reason"), [(0o666, "Group writable file"), (0o644, "Group readable file")])
def test_what_is_said_of_a_key_that_is_open_to_all(world: World, mode: int, reason: str) -> None:
    key = world.key("open.key", mode)
    lines = [f"STARTTLS=server: file {key} unsafe: {reason}"]
    assert started(world.configuration(ServerKeyFile=key)) == (False, lines)


def test_an_encrypted_key_is_refused_without_asking_for_its_password(world: World) -> None:
    command = ["openssl", "ec", "-in", str(world.pair.key), "-aes256", "-passout", "pass:secret"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    key = world.file("encrypted.key", done.stdout)
    assert started(world.configuration(ServerKeyFile=key)) == (
        False,
        [
            f"STARTTLS=server, error: SSL_CTX_use_PrivateKey_file({key}) failed",
            "STARTTLS=server: error:SSL routines::bad password read",
        ],
    )


@pytest.mark.parametrize("name", ["ServerCertFile", "ServerKeyFile", "CACertFile", "CACertPath"])
def test_an_option_that_is_missing(world: World, name: str) -> None:
    assert started(world.configuration(**{name: ""})) == (False, [f"STARTTLS: {name} missing"])


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(0o640, "Group readable file"), (0o604, "World readable file"), (0o620, "Group writable file")],
)
def test_a_key_others_could_read_or_write(world: World, mode: int, reason: str) -> None:
    key = world.key("loose.key", mode)
    lines = [f"STARTTLS=server: file {key} unsafe: {reason}"]
    assert started(world.configuration(ServerKeyFile=key)) == (False, lines)


def test_a_key_the_group_may_read_if_the_site_says_so(world: World) -> None:
    key = world.key("loose.key", 0o640)
    relaxed = world.configuration(ServerKeyFile=key, DontBlameSendmail="TrustStickyBit,GroupReadableKeyFile")
    assert started(relaxed)[0]


def test_a_key_that_is_not_the_certificates(world: World) -> None:
    able, lines = started(world.configuration(ServerKeyFile=world.other.key))
    assert not able
    assert lines[0] == f"STARTTLS=server, error: SSL_CTX_check_private_key failed({world.other.key}): 0"


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ("ServerKeyFile", "STARTTLS=server, error: SSL_CTX_use_PrivateKey_file({file}) failed"),
        ("ServerCertFile", "STARTTLS=server, error: SSL_CTX_use_certificate_file({file}) failed"),
        ("CACertFile", "STARTTLS=server, error: load verify locs {path}, {file} failed: 0"),
    ],
)
def test_a_file_of_nonsense(world: World, option: str, line: str) -> None:
    file = world.file("nonsense.pem", "nonsense\n")
    able, lines = started(world.configuration(**{option: file}))
    assert not able
    assert lines[0] == line.format(file=file, path=world.options["CACertPath"])


@pytest.mark.parametrize(
    ("option", "value", "line"),
    [
        ("CipherList", "FOO", "STARTTLS=server, error: SSL_CTX_set_cipher_list(FOO) failed, list ignored"),
        ("CipherSuites", "FOO", "STARTTLS=server, error: SSL_CTX_set_ciphersuites(FOO) failed, suites ignored"),
        ("DHParameters", "x", "STARTTLS=server, error: illegal value 'x' for DHParameters"),
        ("DHParameters", "/none", "STARTTLS=server: file /none unsafe: No such file or directory"),
        ("CRLFile", "/none", "STARTTLS=server, error: PEM_read_bio_X509_CRL(/none)=failed"),
        ("CRLFile", "", "STARTTLS: CRLFile missing"),
    ],
)
def test_what_is_passed_over(world: World, option: str, value: str, line: str) -> None:
    able, lines = started(world.configuration(**{option: value}))
    assert able
    assert line in lines


def test_a_hash_nobody_knows(world: World) -> None:
    line = "STARTTLS=init, CertFingerprintAlgorithm=foo, status=invalid"
    assert started(world.configuration(CertFingerprintAlgorithm="foo", LogLevel=1)) == (False, [line])


def test_an_ordinary_level_says_nothing_when_all_is_well(world: World) -> None:
    assert started(world.configuration(LogLevel=9)) == (True, [])


def exchange(old: Pair, new: Pair) -> None:
    """Put new files in the place of old ones, as programs that renew certificates do."""
    for source, target in ((new.certificate, old.certificate), (new.key, old.key)):
        copy = target.with_suffix(".new")
        shutil.copy(source, copy)
        copy.rename(target)


def test_contexts_follow_their_files(world: World) -> None:
    kept, clock = Lines(), Clock()
    encryption = Encryption(world.configuration(LogLevel=9), Log(kept, 9), clock)
    first = encryption.server()
    assert first is not None
    clock.now += 100
    assert encryption.server() is first
    exchange(world.pair, world.other)
    clock.now += 100
    second = encryption.server()
    assert second is not None and second is not first


def test_files_that_became_bad_leave_the_old_context(world: World) -> None:
    kept, clock = Lines(), Clock()
    encryption = Encryption(world.configuration(), Log(kept, 9), clock)
    first = encryption.server()
    world.pair.key.chmod(0o644)
    world.pair.key.write_text("")
    clock.now += 100
    assert encryption.server() is first
    assert kept.lines == [f"STARTTLS=server: file {world.pair.key} unsafe: Group readable file"]
    clock.now += 100
    assert encryption.server() is first
    assert len(kept.lines) == 1


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [
        ("foo=bar", "unknown_option, opt=foo"),
        ("flags=R;foo", "invalid_syntax, opt=foo"),
        ("Options=FOO", "FOO, error=SSL_OP not found"),
        ("CertFile=/x", "only_one_of_CertFile/KeyFile_specified"),
    ],
)
def test_wishes_that_make_no_sense(world: World, wishes: str, reason: str) -> None:
    kept = Lines()
    encryption = Encryption(world.configuration(LogLevel=9), Log(kept, 9))
    assert encryption.server(wishes, relay="host [192.0.2.1]") is None
    assert kept.lines == [f"tls_srv_features={reason}, relay=host [192.0.2.1]"]


@pytest.mark.parametrize("wishes", ["CipherList=FOO", "CertFile=/none;KeyFile=/none"])
def test_wishes_that_cannot_be_met(world: World, wishes: str) -> None:
    assert Encryption(world.configuration(), Log(Lines(), 9)).server(wishes) is None


def test_wishes_have_contexts_of_their_own(world: World) -> None:
    encryption = Encryption(world.configuration(), Log(Lines(), 9))
    usual, own = encryption.server(), encryption.server("Options=+SSL_OP_NO_TLSv1_3; flags=R")
    assert own is not None and own is not usual
    assert encryption.server("Options=+SSL_OP_NO_TLSv1_3; flags=R") is own
    assert encryption.server(asks=False) is not usual
    named = encryption.client('"servername=hostname"')
    assert named is not None and named.names_server


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("one.example", "one.example"),
        ("ONE.example", "one.example"),
        ("two.example", "server"),
        ("x/one.example", "server"),
    ],
)
def test_a_server_name_can_have_a_certificate_of_its_own(world: World, asked: str, shown: str) -> None:
    names = world.folder / "names"
    Authority(names).issue("one.example")
    encryption = Encryption(world.configuration(ServerNameDirectory=names), Log(Lines(), 9))
    context, client = encryption.server(), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context is not None
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours, theirs = context.layer(), client.wrap_bio(incoming, outgoing, server_hostname=asked)
    for _ in range(2):  # hello, and what answers the server's
        with contextlib.suppress(ssl.SSLWantReadError):
            theirs.do_handshake()
        ours.put(outgoing.read())
        ours.shake()
        incoming.write(ours.to_send())
    seen = x509.load_der_x509_certificate(theirs.getpeercert(binary_form=True) or b"")
    assert seen.subject.rfc4514_string() == f"CN={shown}"


def test_a_client_makes_do_with_what_there_is(world: World) -> None:
    kept = Lines()
    configuration = world.configuration(ClientCertFile="/none", ClientKeyFile="/none", CACertFile="/none")
    found = Encryption(configuration, Log(kept, 9)).client()
    assert found is not None
    assert not found.names_server
    assert kept.lines[0] == "STARTTLS=client: file /none unsafe: No such file or directory"
