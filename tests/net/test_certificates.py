"""Names of certificates as rules get them: what Sendmail 8.17.1.9 gave for the same names."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from certificates import Authority
from noctule.net.certificates import PeerCertificate, is_digest

SUBJECT = (
    ("C", "DE"),
    ("ST", "Some State"),
    ("L", "Köln"),
    ("O", 'A "b" <c>'),
    ("OU", "x/y,z=1;\t'~#"),
    ("CN", "client (1) + é.example"),
    ("emailAddress", "a@b.example"),
)
ISSUER = (("C", "DE"), ("O", "Our (own) CA"), ("CN", "Our CA+1"))
ALTERNATIVES = (
    x509.DNSName("client.example"),
    x509.DNSName("*.client.example"),
    x509.DNSName("two words"),
    x509.RFC822Name("x@y.example"),
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> PeerCertificate:
    authority = Authority(tmp_path_factory.mktemp("ca"), *ISSUER)
    return PeerCertificate(authority.issue("client", *SUBJECT, alternatives=ALTERNATIVES).made)


def test_subject(shown: PeerCertificate) -> None:
    assert shown.subject == (
        "/C=DE/ST=Some+20State/L=K+5CxC3+5CxB6ln/O=A+20+22b+22+20+3Cc+3E/OU=x+5C/y,z=1;+5Cx09'~#"
        "/CN=client+20+281+29+20+5C+2B+20+5CxC3+5CxA9.example/emailAddress=a@b.example"
    )
    assert shown.subject_name == "client+20+281+29+20+2B+20+C3+A9.example"


def test_issuer(shown: PeerCertificate) -> None:
    assert shown.issuer == "/C=DE/O=Our+20+28own+29+20CA/CN=Our+20CA+5C+2B1"
    assert shown.issuer_name == "Our+20CA+2B1"


def test_alternative_names_are_host_names_only(shown: PeerCertificate) -> None:
    assert shown.dns_names == ("client.example", "*.client.example")


def test_a_certificate_without_names(tmp_path: Path) -> None:
    plain = PeerCertificate(Authority(tmp_path).issue("plain", ("O", "Example")).made)
    assert plain.dns_names == ()
    assert plain.subject_name == ""


@pytest.mark.parametrize(("name", "size"), [("md5", 16), ("SHA1", 20), ("sha-256", 32), ("SHA512", 64)])
def test_fingerprints(shown: PeerCertificate, name: str, size: int) -> None:
    assert is_digest(name)
    pairs = shown.fingerprint(name).split(":")
    assert len(pairs) == size
    if size == 32:
        assert bytes.fromhex("".join(pairs)) == shown.parsed.fingerprint(hashes.SHA256())


@pytest.mark.parametrize("name", ["", "foo", "sha3"])
def test_no_fingerprint(name: str) -> None:
    assert not is_digest(name)
