"""A peer's certificate, in the words of rulesets and log lines."""

import re
from dataclasses import dataclass
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes

MAX_ALTERNATIVE_NAMES = 1000
_LONGEST_NAME = 255  # bytes of a CN
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - names a certificate, protects nothing
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha512224": hashes.SHA512_224(),
    "sha512256": hashes.SHA512_256(),
    "sha3224": hashes.SHA3_224(),
    "sha3256": hashes.SHA3_256(),
    "sha3384": hashes.SHA3_384(),
    "sha3512": hashes.SHA3_512(),
    "blake2b512": hashes.BLAKE2b(64),
    "blake2s256": hashes.BLAKE2s(32),
}
_DIGESTS |= {f"sha2{size}": _DIGESTS[f"sha{size}"] for size in (224, 256, 384, 512)}  # OpenSSL's other names
_COMMON_NAME = "2.5.4.3"
_SHORT_NAMES = MappingProxyType(
    {
        _COMMON_NAME: "CN",
        "2.5.4.4": "SN",
        "2.5.4.5": "serialNumber",
        "2.5.4.6": "C",
        "2.5.4.7": "L",
        "2.5.4.8": "ST",
        "2.5.4.9": "street",
        "2.5.4.10": "O",
        "2.5.4.11": "OU",
        "2.5.4.12": "title",
        "2.5.4.15": "businessCategory",
        "2.5.4.17": "postalCode",
        "2.5.4.42": "GN",
        "2.5.4.43": "initials",
        "2.5.4.46": "dnQualifier",
        "2.5.4.65": "pseudonym",
        "2.5.4.97": "organizationIdentifier",
        "0.9.2342.19200300.100.1.1": "UID",
        "0.9.2342.19200300.100.1.25": "DC",
        "1.2.840.113549.1.9.1": "emailAddress",
        "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
        "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
    }
)  # OpenSSL's; others show as numbers
_SPECIAL = re.compile(r'[^!-~]|[<>()"+\\]')
_ESCAPED = re.compile(r"[/+]|[^ -~]")  # in OpenSSL's one line form of a name


def is_digest(name: str) -> bool:
    """Whether CertFingerprintAlgorithm may be this."""
    return _word(name) in _DIGESTS


def _word(name: str) -> str:
    return name.lower().replace("-", "")


def encoded(text: str) -> str:
    """Byte text as rules get it: special characters and what cannot be printed as `+` and two hex digits."""
    return _SPECIAL.sub(lambda found: f"+{ord(found[0]):02X}", text)


@dataclass(frozen=True, slots=True)
class PeerCertificate:
    """What the other side showed.  Names in it that cannot be read count as none."""

    parsed: x509.Certificate

    @property
    def subject(self) -> str:
        """`/C=DE/O=Example/CN=mail.example.com`, special characters encoded."""
        return encoded(self.one_line)

    @property
    def one_line(self) -> str:
        """The subject as OpenSSL shows it in one line."""
        return _one_line(self._names(subject=True))

    @property
    def issuer(self) -> str:
        return encoded(_one_line(self._names(subject=False)))

    @property
    def subject_name(self) -> str:
        """The first CN of the subject, encoded, or a word that nobody is called by (`BadCertificate...`)."""
        return encoded(self._common_name(subject=True)[0])

    @property
    def issuer_name(self) -> str:
        return encoded(self._common_name(subject=False)[0])

    @property
    def unnamed(self) -> dict[str, str]:
        """What is wrong with CNs, by macro; for the log."""
        found = {f"cn_{name}": self._common_name(subject=name == "subject")[1] for name in ("subject", "issuer")}
        return {name: problem for name, problem in found.items() if problem}

    def fingerprint(self, algorithm: str) -> str:
        """Hex pairs between colons."""
        return self.parsed.fingerprint(_DIGESTS[_word(algorithm)]).hex(":").upper()

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The alternative names that are host names."""
        try:
            extension = self.parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except (x509.ExtensionNotFound, ValueError):
            return ()
        names = extension.value.get_values_for_type(x509.DNSName)[:MAX_ALTERNATIVE_NAMES]
        return tuple(name for name in names if not _SPECIAL.search(name))

    def _common_name(self, *, subject: bool) -> tuple[str, str]:
        """It, and what is wrong with it."""
        names = [text for parts in self._names(subject=subject) for oid, text in parts if oid == _COMMON_NAME]
        if not names:
            return "BadCertificateUnknown", "failed to extract CN"
        if len(names[0]) >= _LONGEST_NAME:
            return "BadCertificateTooLong", "CN too long"
        if "\0" in names[0]:
            return "BadCertificateContainsNUL", "CN contains NUL"
        return names[0], ""

    def _names(self, *, subject: bool) -> list[list[tuple[str, str]]]:
        """The parts of a name, most of them of one pair: dotted OIDs, and values as byte text."""
        try:
            name = self.parsed.subject if subject else self.parsed.issuer
        except ValueError:
            return []
        return [[(pair.oid.dotted_string, _bytes(pair.value).decode("latin-1")) for pair in part] for part in name.rdns]


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _one_line(name: list[list[tuple[str, str]]]) -> str:
    parts = [[f"{_SHORT_NAMES.get(oid, oid)}={_ESCAPED.sub(_escape, text)}" for oid, text in part] for part in name]
    return "".join([f"/{'+'.join(pairs)}" for pairs in parts])


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in "/+" else f"\\x{ord(found[0]):02X}"
