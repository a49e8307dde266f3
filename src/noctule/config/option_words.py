"""The words that certain options know."""

PRIVACY = (
    "needmailhelo", "needexpnhelo", "needvrfyhelo", "noexpn", "novrfy", "noetrn", "noverb", "noreceipts",
    "nobodyreturn", "authwarnings", "restrictexpand", "restrictmailq", "restrictqrun", "noactualrecipient",
)  # fmt: skip
GOAWAY = ("needmailhelo", "needexpnhelo", "needvrfyhelo", "noexpn", "novrfy", "noverb", "authwarnings")

DONT_BLAME = (
    "AssumeSafeChown", "GroupWritableDirPathSafe", "GroupWritableForwardFileSafe", "GroupWritableIncludeFileSafe",
    "GroupWritableAliasFile", "WorldWritableAliasFile", "ForwardFileInUnsafeDirPath", "IncludeFileInUnsafeDirPath",
    "MapInUnsafeDirPath", "LinkedAliasFileInWritableDir", "LinkedClassFileInWritableDir",
    "LinkedForwardFileInWritableDir", "LinkedIncludeFileInWritableDir", "LinkedMapInWritableDir",
    "LinkedServiceSwitchFileInWritableDir", "FileDeliveryToHardLink", "FileDeliveryToSymLink", "WriteMapToHardLink",
    "WriteMapToSymLink", "WriteStatsToHardLink", "WriteStatsToSymLink", "ForwardFileInGroupWritableDirPath",
    "IncludeFileInGroupWritableDirPath", "ClassFileInUnsafeDirPath", "ErrorHeaderInUnsafeDirPath",
    "HelpFileInUnsafeDirPath", "ForwardFileInUnsafeDirPathSafe", "IncludeFileInUnsafeDirPathSafe",
    "RunProgramInUnsafeDirPath", "RunWritableProgram", "NonRootSafeAddr", "TrustStickyBit",
    "DontWarnForwardFileInUnsafeDirPath", "InsufficientEntropy", "GroupReadableSASLDBFile", "GroupWritableSASLDBFile",
    "GroupWritableForwardFile", "GroupWritableIncludeFile", "WorldWritableForwardFile", "WorldWritableIncludeFile",
    "GroupReadableKeyFile", "GroupReadableDefaultAuthInfoFile",
)  # fmt: skip

# what may stand before the colon of AliasFile
ALIAS_CLASSES = (
    "hash", "btree", "lmdb", "cdb", "text", "stab", "implicit", "socket", "program", "sequence", "switch", "null",
    "ldap", "dbm", "nis", "nisplus", "nsd", "hesiod", "netinfo", "ph", "userdb",
)  # fmt: skip

RESOLVER = (
    "debug", "aaonly", "usevc", "primary", "igntc", "recurse", "defnames", "stayopen", "dnsrch", "use_inet6",
    "use_edns0", "use_dnssec", "trustad", "HasWildcardMX", "WorkAroundBrokenAAAA", "true",
)  # fmt: skip

NO_RECIPIENT = ("none", "add-to", "add-apparently-to", "add-to-undisclosed", "add-bcc")
EIGHT_BIT_MODES = "pms"
DELIVERY_MODES = "ibqd"
ERROR_MODES = "pqmwe"
SORT_ORDERS = "hptfmrsn"
AUTH_LETTERS = "Aacdfmpy"
TLS_LETTERS = "VC"

SSL_OPTIONS = frozenset(
    "SSL_OP_" + name
    for name in (
        "ALL", "ALLOW_NO_DHE_KEX", "ALLOW_UNSAFE_LEGACY_RENEGOTIATION", "CIPHER_SERVER_PREFERENCE", "CLEANSE_PLAINTEXT",
        "COOKIE_EXCHANGE", "CRYPTOPRO_TLSEXT_BUG", "DONT_INSERT_EMPTY_FRAGMENTS", "ENABLE_MIDDLEBOX_COMPAT",
        "EPHEMERAL_RSA", "LEGACY_SERVER_CONNECT", "MICROSOFT_BIG_SSLV3_BUFFER", "MICROSOFT_SESS_ID_BUG",
        "MSIE_SSLV2_RSA_PADDING", "NETSCAPE_CA_DN_BUG", "NETSCAPE_CHALLENGE_BUG", "NETSCAPE_DEMO_CIPHER_CHANGE_BUG",
        "NETSCAPE_REUSE_CIPHER_CHANGE_BUG", "NO_ANTI_REPLAY", "NO_COMPRESSION", "NO_ENCRYPT_THEN_MAC", "NO_QUERY_MTU",
        "NO_RENEGOTIATION", "NO_SESSION_RESUMPTION_ON_RENEGOTIATION", "NO_SSLv2", "NO_SSLv3", "NO_TICKET", "NO_TLSv1",
        "NO_TLSv1_1", "NO_TLSv1_2", "NO_TLSv1_3", "PKCS1_CHECK_1", "PKCS1_CHECK_2", "PRIORITIZE_CHACHA",
        "SAFARI_ECDHE_ECDSA_BUG", "SINGLE_DH_USE", "SINGLE_ECDH_USE", "SSLEAY_080_CLIENT_DH_BUG",
        "SSLREF2_REUSE_CERT_TYPE_BUG", "TLSEXT_PADDING", "TLS_BLOCK_PADDING_BUG", "TLS_D5_BUG", "TLS_ROLLBACK_BUG",
    )
)  # fmt: skip
