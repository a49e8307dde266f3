"""FEATURE(`sts') with a real server: what becomes of mail for a domain whose policy (RFC 8461) asks for security."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from certificates import Authority, hashed
from deliver.sink import Sink
from deliver.support import Lines, batch, recipient, smtp_mailer
from deliver.test_encryption import run
from noctule.assembly.parts import build_routing
from noctule.assembly.reading import Request, read_configuration
from noctule.deliver import ClientEncryption, SmtpAgent, SmtpSettings
from noctule.observe.log import Log
from noctule.resolve import HostsFile, Resolver, ResolverSettings
from noctule.smtp.client import Phase

SITE = """OSTYPE(`linux')dnl
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit,GroupWritableDirPathSafe')dnl
define(`confCACERT', `{folder}/authority.pem')dnl
define(`confCACERT_PATH', `{folder}/hashed')dnl
FEATURE(`sts', `text -z; -k0 -v1 -T<TMPF> {policies}')dnl
MAILER(`smtp')dnl
"""
SECURE = "secure match=localhost servername=hostname"


@pytest.mark.parametrize(
    ("policy", "server", "said"),
    [
        (SECURE, "good", "Sent (taken)"),
        ("secure match=mx.example", "good", "450 4.7.0 u@far.example... localhost not found in mx.example"),
        (SECURE, "unnamed", "450 4.7.0 u@far.example... localhost not listed in SANs"),
        (SECURE, "stranger", "403 4.7.0 authentication failed"),
        (SECURE, "", "403 4.7.0 other side does not support STARTTLS"),
        ("none", "stranger", "Sent (taken)"),
        ("", "good", "450 4.7.0 STS lookup temp fail"),
    ],
)
def test_a_policy_is_kept_to(tmp_path: Path, policy: str, server: str, said: str) -> None:
    authority = Authority(tmp_path)
    hashed(tmp_path / "hashed", authority.file)
    names = [x509.DNSName("localhost")]
    pairs = {
        "good": authority.issue("good", alternatives=names),
        "unnamed": authority.issue("unnamed"),
        "stranger": Authority(tmp_path / "other", ("CN", "Other")).issue("stranger", alternatives=names),
    }
    tls = None
    if server:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pairs[server].certificate, pairs[server].key)
    policies = tmp_path / "policies"
    if policy:
        policies.write_text(f"far.example;{policy}\n")
    site = tmp_path / "site.mc"
    site.write_text(SITE.format(folder=tmp_path, policies=policies))

    async def scenario() -> None:
        async with Sink(tls=tls).serve() as sink:
            outcome = await deliver(site, sink)
            await sink.left.wait()
        assert outcome.removeprefix("Deferred: ") == said
        assert len(sink.letters) == said.startswith("Sent")

    run(scenario)


async def deliver(site: Path, sink: Sink) -> str:
    """What becomes of one message."""
    configuration = read_configuration(Request(path=str(site)))
    log = Log(Lines(), 9)
    routing = build_routing(configuration, log)
    encryption = ClientEncryption(
        routing.encryption, routing.addresses, routing.maps, log, alternatives=True, policies=True
    )
    resolver = Resolver(ResolverSettings(services=("files",)), hosts=HostsFile())
    settings = SmtpSettings(name="us.example", timeouts=dict.fromkeys(Phase, 5.0), connect=5.0)
    agent = SmtpAgent(settings, resolver, lambda _: False, encryption)
    mailer = replace(smtp_mailer(sink.port), argv=("TCP", "localhost", str(sink.port)))
    try:
        (outcome,) = await agent.deliver(batch(mailer, recipient(1, "u@far.example")))
        return outcome.text
    finally:
        await agent.close()
        routing.maps.close()
