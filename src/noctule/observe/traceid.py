"""A short word that ties what a client was told ("internal error 3f9a…") to the log line that says what happened."""

import traceback
from collections.abc import Callable


def new_trace_id(random: Callable[[int], bytes]) -> str:
    """Eight hexadecimal digits.  `random` gives so many random bytes."""
    return random(4).hex()


def where(error: BaseException) -> str:
    """`TypeError: text at module.py:12 in f`: the innermost place, without values of variables."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
