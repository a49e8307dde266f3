"""Authorities and certificates made for a test, valid for a day."""

import datetime as dt
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_OIDS = {
    "C": NameOID.COUNTRY_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "L": NameOID.LOCALITY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "CN": NameOID.COMMON_NAME,
    "emailAddress": NameOID.EMAIL_ADDRESS,
}
DAY = dt.timedelta(days=1)


def name(*parts: tuple[str, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(_OIDS[key], value) for key, value in parts])


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path
    made: x509.Certificate


class Authority:
    """Issues certificates into a folder."""

    def __init__(self, folder: Path, *subject: tuple[str, str], days: int = 1) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._days = days
        self._key = ec.generate_private_key(ec.SECP256R1())
        subject = subject or (("O", "Example"), ("CN", "Example CA"))
        self._name = name(*subject)
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        known_by = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        builder = builder.add_extension(known_by, critical=False)
        self.made = builder.sign(self._key, hashes.SHA256())
        self.file = self._write("authority.pem", self.made.public_bytes(serialization.Encoding.PEM))

    def issue(
        self, stem: str, *subject: tuple[str, str], alternatives: Sequence[x509.GeneralName] = (), rsa_key: bool = False
    ) -> Pair:
        """STEM.pem and STEM.key."""
        key: Key = rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(name(*(subject or (("CN", stem),))), key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        made = builder.sign(self._key, hashes.SHA256())
        certificate = self._write(f"{stem}.pem", made.public_bytes(serialization.Encoding.PEM))
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Pair(certificate, self._write(f"{stem}.key", text, 0o600), made)

    def revoke(self, *pairs: Pair) -> Path:
        """A list of revoked certificates: crl.pem."""
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name)
        builder = builder.last_update(now - DAY).next_update(now + DAY * self._days)
        for pair in pairs:
            revoked = x509.RevokedCertificateBuilder().serial_number(pair.made.serial_number)
            builder = builder.add_revoked_certificate(revoked.revocation_date(now - DAY).build())
        return self._write("crl.pem", builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - DAY).not_valid_after(now + DAY * self._days)

    def _write(self, file: str, data: bytes, mode: int = 0o644) -> Path:
        path = self.folder / file
        path.write_bytes(data)
        path.chmod(mode)
        return path


def hashed(folder: Path, *certificates: Path, lists: Sequence[Path] = ()) -> Path:
    """A directory OpenSSL finds authorities and revocation lists in: links named by hash."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, suffix, files in (("x509", ".", certificates), ("crl", ".r", lists)):
        for file in files:
            command = ["openssl", kind, "-hash", "-noout", "-in", str(file)]
            digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            number = len(list(folder.glob(f"{digest}{suffix}[0-9]")))
            (folder / f"{digest}{suffix}{number}").symlink_to(file.resolve())
    return folder
