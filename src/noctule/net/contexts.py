"""OpenSSL contexts from files: certificates, keys, authorities, revocation lists, ciphers.

Whatever is wrong is said, at the log level Sendmail says it; what is essential makes the context None.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL, crypto

from noctule.net.tls import ByName, TlsContext, choose_by_name, note_verification, reason

_GROUP = Path(__file__).with_name("ffdhe2048.pem")  # RFC 7919
_RELEASE_BUFFERS = 0x10  # SSL_MODE_RELEASE_BUFFERS: an idle connection costs little
_SESSION_LIFE = 7200  # seconds


class Say(Protocol):
    """Takes a text for the log that is worth saying from `level` on."""

    def __call__(self, text: str, level: int, *, problem: bool = True) -> None: ...


class Read(Protocol):
    """Reads a file with suspicion.  Raises OSError whose `strerror` says what is wrong."""

    def __call__(self, path: str, *, private: bool = False) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSettings:
    """What a context is made of.  Files are paths, "" for none."""

    pairs: tuple[tuple[str, str], ...] = ()  # certificate chain and key
    ca_file: str = ""
    ca_path: str = ""
    crl_file: str = ""
    crl_path: str = ""
    cipher_list: str = ""
    cipher_suites: str = ""
    options: int = 0  # SSL_OP_ bits
    groups: str = "i"  # DHParameters
    asks: bool = True  # ask the peer for a certificate
    needs_lists: bool = False  # a certificate whose issuer has no list of revoked ones is not verified
    strict: bool = False  # of one session: where ciphers make no sense, there is no context

    @property
    def files(self) -> tuple[str, ...]:
        """Everything whose change makes another context."""
        parameters = self.groups if self.groups.startswith("/") else ""
        pairs = tuple(path for pair in self.pairs for path in pair)
        named = (*pairs, self.ca_file, self.ca_path, self.crl_file, self.crl_path, parameters)
        return tuple(path for path in named if path)


def build_context(
    settings: ContextSettings, *, server: bool, read: Read, say: Say, by_name: ByName | None = None
) -> TlsContext | None:
    """A context for one side; None when the reason has been said.

    `by_name` knows contexts for other names that a client may ask this server for.
    """
    builder = _Builder(settings, "server" if server else "client", read, say)
    paired = builder.load_pairs()
    trusted = (paired or not server) and builder.load_authorities()
    if server and not (paired and trusted):
        return None  # a client without a certificate, or who trusts nobody, is better than none
    lists = builder.load_revocations()
    if server:
        builder.load_groups()
    chosen = builder.choose_ciphers()
    if settings.strict and not chosen:
        return None
    context = builder.context
    context.set_options(settings.options | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_mode(_RELEASE_BUFFERS)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)  # tickets do without
    context.set_session_id(b"noctule")
    context.set_timeout(_SESSION_LIFE)
    if by_name is not None:
        context.set_tlsext_servername_callback(partial(choose_by_name, by_name=by_name))
    asks = settings.asks or not server
    context.set_verify(SSL.VERIFY_PEER if asks else SSL.VERIFY_NONE, note_verification)
    return TlsContext(context, server=server, asks=asks, lists=lists, needs_lists=settings.needs_lists)


class _Builder:
    """One context in the making."""

    def __init__(self, settings: ContextSettings, side: str, read: Read, say: Say) -> None:
        self.context = SSL.Context(SSL.TLS_SERVER_METHOD if side == "server" else SSL.TLS_CLIENT_METHOD)
        self._settings = settings
        self._side = side
        self._call = "SSL_" if settings.strict else "SSL_CTX_"
        self._read_file = read
        self._say = say

    def load_pairs(self) -> bool:
        """Certificates and their keys."""
        loaded = [self._load_pair(certificate, key) for certificate, key in self._settings.pairs]
        return all(loaded)

    def _load_pair(self, certificate: str, key: str) -> bool:
        chain, secret = self._read(certificate), self._read(key, private=True)
        if chain is None or secret is None:
            return False
        try:
            self.context.use_certificate_chain_file(certificate)
        except SSL.Error as error:
            self._failed(8, f"{self._call}use_certificate_file({certificate}) failed", reason(error))
            return False
        try:
            private = load_pem_private_key(secret, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            encrypted = isinstance(error, TypeError)
            self._failed(8, f"{self._call}use_PrivateKey_file({key}) failed", "bad password read" if encrypted else "")
            return False
        try:
            self.context.use_privatekey(private)  # type: ignore[arg-type]
            self.context.check_privatekey()
        except SSL.Error as error:
            self._failed(6, f"{self._call}check_private_key failed({key}): 0", reason(error))
            return False
        return True

    def load_authorities(self) -> bool:
        """Whom we trust."""
        file, path = self._settings.ca_file, self._settings.ca_path
        if file and self._read(file) is None:
            return False
        if not (file or path):
            return True
        try:
            self.context.load_verify_locations(file or None, path or None)
            if file and self._side == "server":
                self.context.load_client_ca(file.encode())
        except SSL.Error as error:
            self._failed(6, f"load verify locs {path}, {file} failed: 0", reason(error))
            return False
        return True

    def load_revocations(self) -> bool:
        """Whether there are any.  A list that cannot be read is passed over."""
        file, path = self._settings.crl_file, self._settings.crl_path
        store = self.context.get_cert_store()
        assert store is not None
        if file:
            text = self._read(file)
            try:
                store.add_crl(x509.load_pem_x509_crl(text or b""))
            except ValueError:
                self._failed(10, f"PEM_read_bio_X509_CRL({file})=failed")
                file = ""
        if path:
            store.load_locations(None, path)
        if file or path:
            store.set_flags(crypto.X509StoreFlags.CRL_CHECK | crypto.X509StoreFlags.CRL_CHECK_ALL)
        return bool(file or path)

    def load_groups(self) -> None:
        """DHParameters: a file, or a built-in group of 2048 bits for whatever size is asked for; `none`."""
        word = self._settings.groups
        if word.startswith("/"):
            if self._load_group(word):
                return
            word = ""
        elif word[:1] == "n":
            return
        elif word[:1] not in "i512":
            self._failed(13, f"illegal value '{word}' for DHParameters")
            word = ""
        self.context.load_tmp_dh(str(_GROUP))
        if not self._settings.strict:
            shown = f"STARTTLS={self._side}, Diffie-Hellman init, key=2048 bit ({word[:1] or 'I'})"
            self._say(shown, 14, problem=False)

    def _load_group(self, path: str) -> bool:
        if self._read(path) is None:
            return False
        try:
            self.context.load_tmp_dh(path)
        except SSL.Error as error:
            self._failed(10, f"cannot read or set DH parameters({path}): {reason(error)}")
            return False
        return True

    def choose_ciphers(self) -> bool:
        """A list that makes no sense is passed over; False when there was one."""
        settings, good = self._settings, True
        try:
            if settings.cipher_list:
                self.context.set_cipher_list(settings.cipher_list.encode())
        except SSL.Error as error:
            text = f"{self._call}set_cipher_list({settings.cipher_list}) failed{self._ignored('list')}"
            self._failed(8, text, reason(error))
            good = False
        try:
            if settings.cipher_suites:
                self.context.set_tls13_ciphersuites(settings.cipher_suites.encode())
        except SSL.Error as error:
            text = f"{self._call}set_ciphersuites({settings.cipher_suites}) failed{self._ignored('suites')}"
            self._failed(8, text, reason(error))
            good = False
        return good

    def _ignored(self, what: str) -> str:
        return "" if self._settings.strict else f", {what} ignored"

    def _read(self, path: str, *, private: bool = False) -> bytes | None:
        try:
            return self._read_file(path, private=private)
        except OSError as error:
            self._say(f"STARTTLS={self._side}: file {path} unsafe: {error.strerror}", 8)
            return None

    def _failed(self, level: int, text: str, why: str = "") -> None:
        self._say(f"STARTTLS={self._side}, error: {text}", level)
        if why:
            self._say(f"STARTTLS={self._side}: error:SSL routines::{why}", level)
