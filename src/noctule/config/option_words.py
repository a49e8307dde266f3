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
    "python", "ldap", "dbm", "nis", "nisplus", "nsd", "hesiod", "netinfo", "ph", "userdb",
)  # fmt: skip

RESOLVER = (
    "debug", "aaonly", "usevc", "primary", "igntc", "recurse", "defnames", "stayopen", "dnsrch", "use_inet6",
    "use_edns0", "use_dnssec", "trustad", "HasWildcardMX", "WorkAroundBrokenAAAA", "true",
)  # fmt: skip

LOG_FORMATS = ("syslog", "json")
QUEUE_STORES = ("sqlite",)
NO_RECIPIENT = ("none", "add-to", "add-apparently-to", "add-to-undisclosed", "add-bcc")
EIGHT_BIT_MODES = "pms"
DELIVERY_MODES = "ibqd"
ERROR_MODES = "pqmwe"
SORT_ORDERS = "hptfmrsn"
AUTH_LETTERS = "Aacdfmpy"
TLS_LETTERS = "VC"
