"""The disk with suspicion: opening files others could have tampered with, replacing files whole, locks, bounded reads.

Called by: maps, mqueue, privileged, accounts, route, assembly, commands.
May import: base.

Three rules: what is opened is what was looked at (the check is made on the open descriptor); nobody but its owner can
have put it there (no group or world writable directory on the way, unless DontBlameSendmail allows it); a
file others read is never seen half written.
"""

from noctule.files.addresses import AddressText, read_addresses
from noctule.files.appending import append_whole, open_for_appending
from noctule.files.locks import LockStyle, locked, try_lock, unlock
from noctule.files.policy import Purpose, Relaxation, Rules, SafetyPolicy, rules_for
from noctule.files.reading import TooLargeError, bounded_lines, read_bounded
from noctule.files.replace import replacement, sync_directory, write_file
from noctule.files.safety import SafetyError, check_target, open_for_reading, unsafe_directory

__all__ = [
    "AddressText",
    "LockStyle",
    "Purpose",
    "Relaxation",
    "Rules",
    "SafetyError",
    "SafetyPolicy",
    "TooLargeError",
    "append_whole",
    "bounded_lines",
    "check_target",
    "locked",
    "open_for_appending",
    "open_for_reading",
    "read_addresses",
    "read_bounded",
    "replacement",
    "rules_for",
    "sync_directory",
    "try_lock",
    "unlock",
    "unsafe_directory",
    "write_file",
]
