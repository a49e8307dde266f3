"""Names of certificates as rules get them: what Sendmail 8.17.1.9 gave for the same names."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    assert plain.subject_name == "BadCertificateUnknown"
    assert plain.unnamed == {"cn_subject": "failed to extract CN"}


@pytest.mark.filterwarnings("ignore:Attribute's length")
@pytest.mark.parametrize(
    ("name", "shown", "problem"),
    [
        ("good.example\0.evil.example", "BadCertificateContainsNUL", "CN contains NUL"),
        ("y" * 255, "BadCertificateTooLong", "CN too long"),
        ("y" * 254, "y" * 254, ""),
        ("a\tb\x7f", "a+09b+7F", ""),
    ],
)
def test_common_names_that_are_no_names(tmp_path: Path, name: str, shown: str, problem: str) -> None:
    common = x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)
    certificate = PeerCertificate(self_signed(x509.Name([common])))
    assert certificate.subject_name == certificate.issuer_name == shown
    assert certificate.unnamed == ({"cn_subject": problem, "cn_issuer": problem} if problem else {})


def test_the_first_common_name_counts() -> None:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, text) for text in ("first.example", "second.example")]
    assert PeerCertificate(self_signed(x509.Name(names))).subject_name == "first.example"


def test_parts_of_several_pairs() -> None:
    parts = [
        [(NameOID.ORGANIZATION_NAME, "O1"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "U1")],
        [(NameOID.COMMON_NAME, "multi.example"), (NameOID.SERIAL_NUMBER, "7")],
    ]
    name = x509.Name(
        [x509.RelativeDistinguishedName([x509.NameAttribute(oid, text) for oid, text in part]) for part in parts]
    )
    shown = PeerCertificate(self_signed(name))
    assert shown.subject == "/O=O1+2BOU=U1/serialNumber=7+2BCN=multi.example"
    assert shown.subject_name == "multi.example"


def self_signed(name: x509.Name) -> x509.Certificate:
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("md5", 16),
        ("SHA1", 20),
        ("sha-256", 32),
        ("SHA512", 64),
        ("SHA2-256", 32),
        ("sha512-224", 28),
        ("sha3-384", 48),
    ],
)
def test_fingerprints(shown: PeerCertificate, name: str, size: int) -> None:
    assert is_digest(name)
    pairs = shown.fingerprint(name).split(":")
    assert len(pairs) == size
    if name == "sha-256":
        assert bytes.fromhex("".join(pairs)) == shown.parsed.fingerprint(hashes.SHA256())


@pytest.mark.parametrize("name", ["", "foo", "sha3", "sha"])
def test_no_fingerprint(name: str) -> None:
    assert not is_digest(name)
