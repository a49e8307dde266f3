"""Logging in at a Noctule over TLS: what needs channel bindings, a certificate, or a line nobody hears."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from certificates import Authority, hashed
from deliver.test_authentication import PASSWORD, deliver, run
from interop.noctuled import Noctule
from interop.test_login import site
from noctule.mail.outcome import Deferred, Delivered

SUBJECT = "/CN=client.example"
OFFERED = "EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 PLAIN"
TLS12 = ("Stls_clt_features", 'R$*\t"Options=+SSL_OP_NO_TLSv1_3"')


@dataclass(frozen=True, slots=True)
class Secured:
    """A server, and the options of its client."""

    server: Noctule
    options: tuple[str, ...]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    db = pytest.importorskip("berkeleydb").db
    folder = tmp_path_factory.mktemp("secured")
    authority = Authority(folder / "certificates")
    mail, client = authority.issue("mail", ("CN", "smart.example")), authority.issue("client", ("CN", "client.example"))
    trusted = (f"O CACertFile={authority.file}", f"O CACertPath={hashed(folder / 'hashed', authority.file)}")
    own = (f"O ServerCertFile={mail.certificate}", f"O ServerKeyFile={mail.key}")
    login = (f"O SaslConfPath={folder}/smart", f"O AuthMechanisms={OFFERED}", "O AuthOptions=p")
    cf = site(folder / "smart", "smart.example", options="\n".join((*trusted, *own, *login)))
    (folder / "smart/Sendmail.conf").write_text(f"auxprop_plugin: sasldb\nsasldb_path: {folder}/smart/sasldb2\n")
    users = db.DB()
    users.open(str(folder / "smart/sasldb2"), dbtype=db.DB_HASH, flags=db.DB_CREATE, mode=0o600)
    users.put(b"joe\0smart.example\0userPassword", PASSWORD.encode())
    users.close()
    shown = (f"O ClientCertFile={client.certificate}", f"O ClientKeyFile={client.key}")
    with Noctule(cf, folder / "smart") as server:
        yield Secured(server, (*trusted, *shown, "O DontBlameSendmail=TrustStickyBit"))


@pytest.mark.parametrize("version", [(), TLS12], ids=["TLSv1.3", "TLSv1.2"])
@pytest.mark.parametrize(
    ("words", "mechanism", "user"),
    [
        (f'"U:joe" "P:{PASSWORD}"', "SCRAM-SHA-256-PLUS", "joe"),
        (f'"U:joe" "P:{PASSWORD}" "M:SCRAM-SHA-1-PLUS"', "SCRAM-SHA-1-PLUS", "joe"),
        (f'"U:joe" "P:{PASSWORD}" "M:PLAIN"', "PLAIN", "joe"),
        (f'"I:{SUBJECT}" "M:EXTERNAL"', "EXTERNAL", SUBJECT),
        (f'"U:{SUBJECT}"', "EXTERNAL", SUBJECT),
    ],
)
def test_over_tls(
    secured: Secured, tmp_path: Path, words: str, mechanism: str, user: str, version: tuple[str, ...]
) -> None:
    async def scenario() -> None:
        rules = (f"O AuthMechanisms={OFFERED}", *version, "Sauthinfo", f"R$*\t$# {words}")
        before = secured.server.log.stat().st_size
        (outcome,), log = await deliver(tmp_path, secured.server.port, *secured.options, *rules, to="box@localhost")
        assert isinstance(outcome, Delivered)
        assert log == [f"AUTH=client, relay=[127.0.0.1], mech={mechanism[:16]}, bits=0"]
        said = secured.server.log.read_text()[before:]
        assert f"AUTH=server, relay=localhost [127.0.0.1], authid={user}, mech={mechanism[:16]}, bits=0" in said

    run(scenario)


def test_in_the_clear_the_plain_password_stays_here(secured: Secured, tmp_path: Path) -> None:
    rules = ("Stry_tls", "R$*\t$#error $@ 5.7.1 $: 550 no", "Sauthinfo", f'R$*\t$# "U:joe" "P:{PASSWORD}" "M:PLAIN"')

    async def scenario() -> None:
        (outcome,), _ = await deliver(tmp_path, secured.server.port, *secured.options, *rules)
        assert isinstance(outcome, Deferred)
        assert outcome.text == "Deferred: Temporary AUTH failure"

    run(scenario)
