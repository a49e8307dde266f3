"""Whose the files of a queue are: its directory's owner's, also when root puts them there.

A daemon that gave up root (RunAsUser) has to read what a command of root's left in its queue.
"""

import os
from pathlib import Path


def hand_over(file: int | Path, directory: Path) -> None:
    """Give a new file in `directory`, or what its descriptor stands for, to the directory's owner.  Raises OSError."""
    if os.geteuid() == 0:
        owner = directory.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
