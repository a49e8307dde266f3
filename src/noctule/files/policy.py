"""What DontBlameSendmail loosens: names, and the rules for each kind of file that follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from noctule.base.errors import ConfigurationError


class Relaxation(Enum):
    """The values of DontBlameSendmail (`Safe` is the absence of all of them)."""

    ASSUME_SAFE_CHOWN = "AssumeSafeChown"
    GROUP_WRITABLE_DIR_PATH_SAFE = "GroupWritableDirPathSafe"
    GROUP_WRITABLE_FORWARD_FILE_SAFE = "GroupWritableForwardFileSafe"
    GROUP_WRITABLE_INCLUDE_FILE_SAFE = "GroupWritableIncludeFileSafe"
    GROUP_WRITABLE_ALIAS_FILE = "GroupWritableAliasFile"
    WORLD_WRITABLE_ALIAS_FILE = "WorldWritableAliasFile"
    FORWARD_FILE_IN_UNSAFE_DIR_PATH = "ForwardFileInUnsafeDirPath"
    INCLUDE_FILE_IN_UNSAFE_DIR_PATH = "IncludeFileInUnsafeDirPath"
    MAP_IN_UNSAFE_DIR_PATH = "MapInUnsafeDirPath"
    LINKED_ALIAS_FILE_IN_WRITABLE_DIR = "LinkedAliasFileInWritableDir"
    LINKED_CLASS_FILE_IN_WRITABLE_DIR = "LinkedClassFileInWritableDir"
    LINKED_FORWARD_FILE_IN_WRITABLE_DIR = "LinkedForwardFileInWritableDir"
    LINKED_INCLUDE_FILE_IN_WRITABLE_DIR = "LinkedIncludeFileInWritableDir"
    LINKED_MAP_IN_WRITABLE_DIR = "LinkedMapInWritableDir"
    LINKED_SERVICE_SWITCH_FILE_IN_WRITABLE_DIR = "LinkedServiceSwitchFileInWritableDir"
    FILE_DELIVERY_TO_HARD_LINK = "FileDeliveryToHardLink"
    FILE_DELIVERY_TO_SYM_LINK = "FileDeliveryToSymLink"
    WRITE_MAP_TO_HARD_LINK = "WriteMapToHardLink"
    WRITE_MAP_TO_SYM_LINK = "WriteMapToSymLink"
    WRITE_STATS_TO_HARD_LINK = "WriteStatsToHardLink"
    WRITE_STATS_TO_SYM_LINK = "WriteStatsToSymLink"
    FORWARD_FILE_IN_GROUP_WRITABLE_DIR_PATH = "ForwardFileInGroupWritableDirPath"
    INCLUDE_FILE_IN_GROUP_WRITABLE_DIR_PATH = "IncludeFileInGroupWritableDirPath"
    CLASS_FILE_IN_UNSAFE_DIR_PATH = "ClassFileInUnsafeDirPath"
    ERROR_HEADER_IN_UNSAFE_DIR_PATH = "ErrorHeaderInUnsafeDirPath"
    HELP_FILE_IN_UNSAFE_DIR_PATH = "HelpFileInUnsafeDirPath"
    FORWARD_FILE_IN_UNSAFE_DIR_PATH_SAFE = "ForwardFileInUnsafeDirPathSafe"
    INCLUDE_FILE_IN_UNSAFE_DIR_PATH_SAFE = "IncludeFileInUnsafeDirPathSafe"
    RUN_PROGRAM_IN_UNSAFE_DIR_PATH = "RunProgramInUnsafeDirPath"
    RUN_WRITABLE_PROGRAM = "RunWritableProgram"
    NON_ROOT_SAFE_ADDR = "NonRootSafeAddr"
    TRUST_STICKY_BIT = "TrustStickyBit"
    DONT_WARN_FORWARD_FILE_IN_UNSAFE_DIR_PATH = "DontWarnForwardFileInUnsafeDirPath"
    INSUFFICIENT_ENTROPY = "InsufficientEntropy"
    GROUP_READABLE_SASL_DB_FILE = "GroupReadableSASLDBFile"
    GROUP_WRITABLE_SASL_DB_FILE = "GroupWritableSASLDBFile"
    GROUP_WRITABLE_FORWARD_FILE = "GroupWritableForwardFile"
    GROUP_WRITABLE_INCLUDE_FILE = "GroupWritableIncludeFile"
    WORLD_WRITABLE_FORWARD_FILE = "WorldWritableForwardFile"
    WORLD_WRITABLE_INCLUDE_FILE = "WorldWritableIncludeFile"
    GROUP_READABLE_KEY_FILE = "GroupReadableKeyFile"
    GROUP_READABLE_DEFAULT_AUTH_INFO_FILE = "GroupReadableDefaultAuthInfoFile"


_BY_NAME = {relaxation.value.lower(): relaxation for relaxation in Relaxation}


@dataclass(frozen=True, slots=True)
class SafetyPolicy:
    """The relaxations in force."""

    relaxed: frozenset[Relaxation] = frozenset()

    def allows(self, relaxation: Relaxation) -> bool:
        return relaxation in self.relaxed

    @classmethod
    def of(cls, names: Iterable[str]) -> "SafetyPolicy":
        """The policy of DontBlameSendmail's words, in order: case does not matter, `safe` forgets what came before.

        Raises ConfigurationError for a word that is none.
        """
        relaxed: set[Relaxation] = set()
        for name in names:
            if name.lower() == "safe":
                relaxed.clear()
            elif (relaxation := _BY_NAME.get(name.lower())) is not None:
                relaxed.add(relaxation)
            else:
                raise ConfigurationError(f"DontBlameSendmail option: {name} unrecognized")
        return cls(frozenset(relaxed))


class Purpose(Enum):
    """What a file is opened for.

    The `…_PROGRAMS` purposes ask whether programs and files *named in* such a file may be used: stricter than
    reading it.
    """

    ALIASES = auto()
    MAP = auto()
    CLASS = auto()
    FORWARD = auto()
    FORWARD_PROGRAMS = auto()
    INCLUDE = auto()
    INCLUDE_PROGRAMS = auto()
    SERVICE_SWITCH = auto()
    HELP = auto()
    ERROR_HEADER = auto()
    CERTIFICATE = auto()
    KEY = auto()
    AUTH_INFO = auto()
    SASL_DATABASE = auto()
    PROGRAM = auto()
    WRITE_MAP = auto()
    WRITE_STATISTICS = auto()
    FILE_DELIVERY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is tolerated of one file.  The default is the strictest."""

    any_directory: bool = False  # do not mind writable directories on the way
    group_writable_directory: bool = False
    sticky_directory: bool = False  # a writable directory with the sticky bit is as good as one that is not writable
    symbolic_link: bool = False
    link_in_writable_directory: bool = False
    hard_link: bool = False
    group_writable: bool = False
    world_writable: bool = False
    group_readable: bool = True
    world_readable: bool = True
    owned: bool = False  # it has to be ours or root's
    executable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loosening:
    """For one purpose: the relaxation behind each rule; True: always tolerated; None: never."""

    directory: Relaxation | bool | None = None
    group_directory: Relaxation | bool | None = None
    linked: Relaxation | bool | None = None  # in a writable directory
    symbolic_link: Relaxation | bool | None = True
    hard_link: Relaxation | bool | None = True
    group_write: Relaxation | bool | None = None
    world_write: Relaxation | bool | None = None
    group_read: Relaxation | bool | None = True
    world_read: bool = True
    owned: bool = False
    executable: bool = True


_R = Relaxation
_LOOSENINGS = {
    Purpose.ALIASES: _Loosening(
        directory=_R.MAP_IN_UNSAFE_DIR_PATH,
        linked=_R.LINKED_ALIAS_FILE_IN_WRITABLE_DIR,
        group_write=_R.GROUP_WRITABLE_ALIAS_FILE,
        world_write=_R.WORLD_WRITABLE_ALIAS_FILE,
    ),
    Purpose.MAP: _Loosening(
        directory=_R.MAP_IN_UNSAFE_DIR_PATH, linked=_R.LINKED_MAP_IN_WRITABLE_DIR, group_write=True, world_write=True
    ),
    Purpose.CLASS: _Loosening(
        directory=_R.CLASS_FILE_IN_UNSAFE_DIR_PATH,
        linked=_R.LINKED_CLASS_FILE_IN_WRITABLE_DIR,
        group_write=True,
        world_write=True,
    ),
    Purpose.FORWARD: _Loosening(
        directory=_R.FORWARD_FILE_IN_UNSAFE_DIR_PATH,
        group_directory=_R.FORWARD_FILE_IN_GROUP_WRITABLE_DIR_PATH,
        linked=_R.LINKED_FORWARD_FILE_IN_WRITABLE_DIR,
        group_write=_R.GROUP_WRITABLE_FORWARD_FILE,
        world_write=_R.WORLD_WRITABLE_FORWARD_FILE,
    ),
    Purpose.FORWARD_PROGRAMS: _Loosening(
        directory=_R.FORWARD_FILE_IN_UNSAFE_DIR_PATH_SAFE,
        linked=_R.LINKED_FORWARD_FILE_IN_WRITABLE_DIR,
        group_write=_R.GROUP_WRITABLE_FORWARD_FILE_SAFE,
    ),
    Purpose.INCLUDE: _Loosening(
        directory=_R.INCLUDE_FILE_IN_UNSAFE_DIR_PATH,
        group_directory=_R.INCLUDE_FILE_IN_GROUP_WRITABLE_DIR_PATH,
        linked=_R.LINKED_INCLUDE_FILE_IN_WRITABLE_DIR,
        group_write=_R.GROUP_WRITABLE_INCLUDE_FILE,
        world_write=_R.WORLD_WRITABLE_INCLUDE_FILE,
    ),
    Purpose.INCLUDE_PROGRAMS: _Loosening(
        directory=_R.INCLUDE_FILE_IN_UNSAFE_DIR_PATH_SAFE,
        linked=_R.LINKED_INCLUDE_FILE_IN_WRITABLE_DIR,
        group_write=_R.GROUP_WRITABLE_INCLUDE_FILE_SAFE,
    ),
    Purpose.SERVICE_SWITCH: _Loosening(linked=_R.LINKED_SERVICE_SWITCH_FILE_IN_WRITABLE_DIR),
    Purpose.HELP: _Loosening(directory=_R.HELP_FILE_IN_UNSAFE_DIR_PATH),
    Purpose.ERROR_HEADER: _Loosening(directory=_R.ERROR_HEADER_IN_UNSAFE_DIR_PATH),
    Purpose.CERTIFICATE: _Loosening(),
    Purpose.KEY: _Loosening(group_read=_R.GROUP_READABLE_KEY_FILE, world_read=False, owned=True),
    Purpose.AUTH_INFO: _Loosening(group_read=_R.GROUP_READABLE_DEFAULT_AUTH_INFO_FILE, world_read=False),
    Purpose.SASL_DATABASE: _Loosening(
        group_read=_R.GROUP_READABLE_SASL_DB_FILE, group_write=_R.GROUP_WRITABLE_SASL_DB_FILE, world_read=False
    ),
    Purpose.PROGRAM: _Loosening(
        directory=_R.RUN_PROGRAM_IN_UNSAFE_DIR_PATH,
        group_write=_R.RUN_WRITABLE_PROGRAM,
        world_write=_R.RUN_WRITABLE_PROGRAM,
    ),
    Purpose.WRITE_MAP: _Loosening(
        directory=_R.MAP_IN_UNSAFE_DIR_PATH,
        linked=_R.LINKED_MAP_IN_WRITABLE_DIR,
        symbolic_link=_R.WRITE_MAP_TO_SYM_LINK,
        hard_link=_R.WRITE_MAP_TO_HARD_LINK,
        group_write=True,
        world_write=True,
    ),
    Purpose.WRITE_STATISTICS: _Loosening(
        directory=True,
        symbolic_link=_R.WRITE_STATS_TO_SYM_LINK,
        hard_link=_R.WRITE_STATS_TO_HARD_LINK,
        group_write=True,
        world_write=True,
    ),
    Purpose.FILE_DELIVERY: _Loosening(
        directory=True,
        symbolic_link=_R.FILE_DELIVERY_TO_SYM_LINK,
        hard_link=_R.FILE_DELIVERY_TO_HARD_LINK,
        group_write=True,
        world_write=True,
        executable=False,
    ),
}


def rules_for(purpose: Purpose, policy: SafetyPolicy) -> Rules:
    """The rules for a file of this purpose under this policy."""

    def tolerated(by: Relaxation | bool | None) -> bool:
        return by is True or (isinstance(by, Relaxation) and policy.allows(by))

    loosening = _LOOSENINGS[purpose]
    return Rules(
        any_directory=tolerated(loosening.directory),
        group_writable_directory=tolerated(loosening.group_directory)
        or policy.allows(Relaxation.GROUP_WRITABLE_DIR_PATH_SAFE),
        sticky_directory=policy.allows(Relaxation.TRUST_STICKY_BIT),
        symbolic_link=tolerated(loosening.symbolic_link),
        link_in_writable_directory=tolerated(loosening.linked),
        hard_link=tolerated(loosening.hard_link),
        group_writable=tolerated(loosening.group_write),
        world_writable=tolerated(loosening.world_write),
        group_readable=tolerated(loosening.group_read),
        world_readable=loosening.world_read,
        owned=loosening.owned,
        executable=loosening.executable,
    )
