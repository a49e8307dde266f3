"""Exit codes of <sysexits.h> and the enhanced status codes (RFC 3463) Sendmail pairs them with."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; the names are those of <sysexits.h> without EX_."""

    OK = 0
    USAGE = 64
    DATAERR = 65
    NOINPUT = 66
    NOUSER = 67
    NOHOST = 68
    UNAVAILABLE = 69
    SOFTWARE = 70
    OSERR = 71
    OSFILE = 72
    CANTCREAT = 73
    IOERR = 74
    TEMPFAIL = 75
    PROTOCOL = 76
    NOPERM = 77
    CONFIG = 78


STATUS_OF_EXIT = {
    Exit.OK: "2.0.0",
    Exit.USAGE: "5.5.4",
    Exit.DATAERR: "5.6.0",
    Exit.NOINPUT: "5.3.0",
    Exit.NOUSER: "5.1.1",
    Exit.NOHOST: "5.1.2",
    Exit.UNAVAILABLE: "5.0.0",
    Exit.SOFTWARE: "5.3.0",
    Exit.OSERR: "5.3.0",
    Exit.OSFILE: "5.3.0",
    Exit.CANTCREAT: "5.2.0",
    Exit.IOERR: "5.3.0",
    Exit.TEMPFAIL: "4.0.0",
    Exit.PROTOCOL: "5.5.0",
    Exit.NOPERM: "5.7.0",
    Exit.CONFIG: "5.3.5",
}
REPORTED_STATUS_OF_EXIT = {
    Exit.USAGE: "5.5.4",
    Exit.DATAERR: "5.5.2",
    Exit.NOINPUT: "5.3.0",
    Exit.NOUSER: "5.1.1",
    Exit.NOHOST: "5.1.2",
    Exit.UNAVAILABLE: "5.5.0",
    Exit.SOFTWARE: "5.5.0",
    Exit.OSFILE: "5.5.0",
    Exit.CANTCREAT: "5.3.0",
    Exit.PROTOCOL: "5.5.0",
    Exit.NOPERM: "5.3.0",
    Exit.CONFIG: "5.5.0",
}
TEXT_OF_EXIT = {
    Exit.USAGE: "Command line usage error",
    Exit.DATAERR: "Data format error",
    Exit.NOINPUT: "Cannot open input",
    Exit.NOUSER: "User unknown",
    Exit.NOHOST: "Host unknown",
    Exit.UNAVAILABLE: "Service unavailable",
    Exit.SOFTWARE: "Internal error",
    Exit.OSERR: "Operating system error",
    Exit.OSFILE: "System file missing",
    Exit.CANTCREAT: "Can't create output",
    Exit.IOERR: "I/O error",
    Exit.TEMPFAIL: "Deferred",
    Exit.PROTOCOL: "Remote protocol error",
    Exit.NOPERM: "Insufficient permission",
    Exit.CONFIG: "Local configuration error",
}
REPLY_CODE_OF_EXIT = {
    Exit.OK: 250,
    Exit.USAGE: 501,
    Exit.DATAERR: 501,
    Exit.NOINPUT: 550,
    Exit.NOUSER: 550,
    Exit.NOHOST: 550,
    Exit.UNAVAILABLE: 554,
    Exit.SOFTWARE: 554,
    Exit.OSERR: 451,
    Exit.OSFILE: 554,
    Exit.CANTCREAT: 550,
    Exit.IOERR: 451,
    Exit.TEMPFAIL: 450,
    Exit.PROTOCOL: 554,
    Exit.NOPERM: 550,
    Exit.CONFIG: 554,
}


def reported_status(code: int) -> str:
    """What a report says of a program that failed with this exit code; the log says another."""
    return next((status for known, status in REPORTED_STATUS_OF_EXIT.items() if known == code), "5.0.0")
