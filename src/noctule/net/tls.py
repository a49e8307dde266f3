"""TLS between a stream's bytes and the network's, without I/O; and what a handshake came to (RFC 5246, 8446).

OpenSSL works on two buffers in memory here: what came from the network is put in, what has to go there is taken out.
So a handshake waits as every read of a stream does, and a peer that stalls holds up nobody else.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TypedDict

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from OpenSSL import SSL, crypto

from noctule.net.certificates import PeerCertificate

_CHUNK = 65536
_EXPORTER = (b"EXPORTER-Channel-Binding", 32)  # label and size of RFC 9266
_REMEMBERED = 10_000  # certificates
_NO_LIST = 3  # X509_V_ERR_UNABLE_TO_GET_CRL
_MAX_FINDINGS = 100
_PROBLEMS = MappingProxyType(
    {
        2: "unable to get issuer certificate",
        3: "unable to get certificate CRL",
        7: "certificate signature failure",
        9: "certificate is not yet valid",
        10: "certificate has expired",
        11: "CRL is not yet valid",
        12: "CRL has expired",
        18: "self-signed certificate",
        19: "self-signed certificate in certificate chain",
        20: "unable to get local issuer certificate",
        21: "unable to verify the first certificate",
        22: "certificate chain too long",
        23: "certificate revoked",
        25: "path length constraint exceeded",
        26: "unsuitable certificate purpose",
        27: "certificate not trusted",
        28: "certificate rejected",
        66: "EE certificate key too weak",
        67: "CA certificate key too weak",
        68: "CA signature digest algorithm too weak",
        79: "invalid CA certificate",
    }
)


class TlsError(ConnectionError):
    """TLS failed for good: the connection is of no more use.  The text is OpenSSL's, or ours in its manner."""


class Verified(Enum):
    """What became of the check of the peer's certificate; the values are those of `${verify}`."""

    OK = "OK"
    NO = "NO"  # none was shown
    NOT = "NOT"  # none was asked for
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """A finished handshake.  `bindings` are channel bindings by name: tls-unique, tls-exporter."""

    version: str  # TLSv1.3
    cipher: str  # OpenSSL's name
    bits: int
    verified: Verified
    problem: str = ""  # why the certificate failed, in OpenSSL's words
    findings: tuple["Finding", ...] = ()
    certificate: PeerCertificate | None = None
    server_name: str = ""  # SNI
    bindings: dict[str, bytes] = field(default_factory=dict)

    def summary(self) -> dict[str, str]:
        """What the log says of it."""
        return {
            "version": self.version,
            "verify": self.verified.value,
            "cipher": self.cipher,
            "bits": f"{self.bits}/{self.bits}",
        }

    def checks(self) -> list["CheckFacts"]:
        """What the log says of the check of the chain: what was found in it (`X509`), and the end of it (`TLS`)."""
        found = [finding.facts("X509") for finding in self.findings if finding.told]
        if self.verified is Verified.FAIL and self.findings:
            return [*found, self.findings[-1].facts("TLS")]
        if self.verified is Verified.OK and self.certificate is not None:
            subject = self.certificate.one_line
            return [*found, CheckFacts(what="TLS", depth=0, subject=subject, state=1, reason="ok")]
        return found

    @property
    def unnamed(self) -> dict[str, str]:
        """What is wrong with the certificate's CNs, by macro."""
        return self.certificate.unnamed if self.certificate else {}

    def names(self) -> dict[str, str]:
        """What the log says of the certificate."""
        shown = self.certificate
        return {
            "subject": shown.subject if shown else "",
            "issuer": shown.issuer if shown else "",
            "verified": self.problem or "ok",
        }

    def macros(self, digest: str, *, alternatives: bool) -> dict[str, str | None]:
        """What rules and headers are told.

        `digest` is CertFingerprintAlgorithm, "" for ${cert_md5}; `alternatives` SetCertAltnames: the members of class
        cert_altnames, as a macro with blanks between them.
        """
        shown = self.certificate
        return {
            "tls_version": self.version,
            "cipher": self.cipher,
            "cipher_bits": str(self.bits),
            "alg_bits": str(self.bits),
            "verify": self.verified.value,
            "cert_subject": shown.subject if shown else "",
            "cert_issuer": shown.issuer if shown else "",
            "cn_subject": shown.subject_name if shown else "",
            "cn_issuer": shown.issuer_name if shown else "",
            "cert_md5": shown.fingerprint("md5") if shown and not digest else "",
            "cert_fp": shown.fingerprint(digest) if shown and digest else "",
            "cert_altnames": " ".join(shown.dns_names) if shown and alternatives else None,
        }


class CheckFacts(TypedDict):
    """Of one step of the check of a chain, for the log; `state`: 1 when it went well."""

    what: str
    depth: int
    subject: str
    state: int
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a certificate of a chain: `depth` 0 is the peer's own.  `told`: worth a line of its own."""

    depth: int
    certificate: PeerCertificate
    error: int
    told: bool

    @property
    def problem(self) -> str:
        """In OpenSSL's words."""
        return _PROBLEMS.get(self.error, f"error {self.error}")

    def facts(self, what: str) -> "CheckFacts":
        subject = self.certificate.one_line
        return CheckFacts(what=what, depth=self.depth, subject=subject, state=0, reason=self.problem)


@dataclass(slots=True)
class _Verification:
    """What OpenSSL's check of the chain said.  A certificate that fails must not break the handshake.

    `lists`: revocation lists count.  `needs_lists`: one that is missing is an error.
    """

    lists: bool
    needs_lists: bool
    ran: bool = False
    error: int = 0
    findings: list[Finding] = field(default_factory=list)


def note_verification(connection: SSL.Connection, cert: crypto.X509, error: int, depth: int, _ok: int) -> bool:
    """OpenSSL's verify callback: go on whatever is found, and remember what, up to the first error that counts."""
    noted: _Verification = connection.get_app_data()
    noted.ran = True
    if error and not noted.error and len(noted.findings) < _MAX_FINDINGS:
        noted.findings.append(Finding(depth, PeerCertificate(cert.to_cryptography()), error, noted.lists))
        if error != _NO_LIST or noted.needs_lists:
            noted.error = error
    return True


class TlsContext:
    """An OpenSSL context for one side.  `asks`: the peer is asked for a certificate.

    `lists`: certificates may be on lists of revoked ones; `needs_lists`: a list that is missing is an error.
    """

    __slots__ = ("_asks", "_lists", "_needs_lists", "_server", "_trusted", "openssl")

    def __init__(
        self, context: SSL.Context, *, server: bool, asks: bool, lists: bool = False, needs_lists: bool = False
    ) -> None:
        self.openssl = context
        self._server = server
        self._asks = asks
        self._lists = lists
        self._needs_lists = needs_lists
        # A resumed session shows the certificate again and does not check it again; keyed by digest.
        self._trusted: OrderedDict[bytes, None] = OrderedDict()

    def layer(self, server_name: str = "") -> "TlsLayer":
        """A new connection's.  A client names the server he means with `server_name`."""
        connection = SSL.Connection(self.openssl, None)
        noted = _Verification(self._lists, self._needs_lists)
        connection.set_app_data(noted)
        if self._server:
            connection.set_accept_state()
        else:
            connection.set_connect_state()
            if server_name:
                connection.set_tlsext_host_name(server_name.encode("ascii", "ignore"))
        return TlsLayer(self, connection, noted)

    def verified(self, noted: _Verification, certificate: x509.Certificate | None) -> Verified:
        """The verdict about the certificate of a finished handshake."""
        if certificate is None:
            return Verified.NO if self._asks else Verified.NOT
        digest = certificate.fingerprint(hashes.SHA256())
        if not noted.ran:
            return Verified.OK if digest in self._trusted else Verified.FAIL
        if noted.error:
            self._trusted.pop(digest, None)
            return Verified.FAIL
        self._trusted[digest] = None
        if len(self._trusted) > _REMEMBERED:
            self._trusted.popitem(last=False)
        return Verified.OK


ByName = Callable[[str], TlsContext | None]  # server name, lower case, to its context


def choose_by_name(connection: SSL.Connection, by_name: ByName) -> None:
    """OpenSSL's callback for the name the client asks for (RFC 6066 3): another certificate, if there is one."""
    name = (connection.get_servername() or b"").decode("ascii", "ignore").lower()
    found = by_name(name) if name else None
    if found is not None:
        connection.set_context(found.openssl)


class TlsLayer:
    """One connection.  `shake` until it gives a Handshake, then `decrypt` and `encrypt`."""

    __slots__ = ("_connection", "_context", "_noted", "ended")

    def __init__(self, context: TlsContext, connection: SSL.Connection, noted: _Verification) -> None:
        self._context = context
        self._connection = connection
        self._noted = noted
        self.ended = False  # the peer has said that nothing more will come

    def to_send(self) -> bytes:
        """What has to go to the network; b"" for nothing."""
        parts = []
        while True:
            try:
                parts.append(self._connection.bio_read(_CHUNK))
            except SSL.WantReadError:
                return parts[0] if len(parts) == 1 else b"".join(parts)

    def put(self, data: bytes) -> None:
        """Bytes from the network."""
        self._connection.bio_write(data)

    def shake(self) -> bool:
        """Go on with the handshake; True when it is done.  Raises TlsError; there may be an alert to send even then."""
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return False
        except SSL.Error as error:
            raise TlsError(reason(error)) from error
        return True

    def handshake(self, *, spoke_last: bool) -> Handshake:
        """The facts, once `shake` has said True.  `spoke_last`: its last step left something to send."""
        connection, certificate = self._connection, self._connection.get_peer_certificate(as_cryptography=True)
        verified = self._context.verified(self._noted, certificate)
        findings = tuple(self._noted.findings)
        return Handshake(
            version=connection.get_protocol_version_name(),
            cipher=connection.get_cipher_name() or "",
            bits=connection.get_cipher_bits() or 0,
            verified=verified,
            problem=findings[-1].problem if self._noted.error else "",
            findings=findings,
            certificate=PeerCertificate(certificate) if certificate is not None else None,
            server_name=(connection.get_servername() or b"").decode("latin-1"),
            bindings=_bindings(connection, spoke_last=spoke_last),
        )

    def decrypt(self) -> list[bytes]:
        """What the peer has said, as far as it has come; sets `ended`.  Raises TlsError."""
        chunks = []
        try:
            while True:
                chunks.append(self._connection.recv(_CHUNK))
        except SSL.WantReadError:
            return chunks
        except SSL.ZeroReturnError:
            self.ended = True
            return chunks
        except SSL.Error as error:
            raise TlsError(reason(error)) from error

    def encrypt(self, data: bytes) -> bytes:
        """What has to go to the network for `data`.  Raises TlsError."""
        try:
            self._connection.sendall(data)
        except SSL.Error as error:
            raise TlsError(reason(error)) from error
        return self.to_send()

    def farewell(self) -> bytes:
        """The notice that we say no more."""
        try:
            self._connection.shutdown()
        except SSL.Error:  # a handshake that never was
            return b""
        return self.to_send()


def _bindings(connection: SSL.Connection, *, spoke_last: bool) -> dict[str, bytes]:
    """RFC 9266 for TLS 1.3.  Before it, the first Finished message (RFC 5929): its sender was not the last to speak."""
    if connection.get_protocol_version_name() == "TLSv1.3":
        return {"tls-exporter": connection.export_keying_material(*_EXPORTER, b"")}
    first = connection.get_peer_finished() if spoke_last else connection.get_finished()
    return {"tls-unique": first} if first else {}


def reason(error: SSL.Error) -> str:
    """The last of OpenSSL's words about an error."""
    match error.args:
        case ([*_, (_, _, str(text))],) if text:
            return text
        case (_, str(text)):
            return text.lower()
        case _:
            return "unexpected eof while reading" if isinstance(error, SSL.SysCallError) else type(error).__name__
