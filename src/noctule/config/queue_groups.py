"""Q lines: queue groups."""

from typing import Any

from noctule.base.text import words_of
from noctule.config.c_numbers import leading_integer
from noctule.config.complaints import Complaints
from noctule.config.fields import fields, split_name
from noctule.config.model import QueueGroup
from noctule.config.times import parse_time

_NUMBERS = {"N": "nice", "R": "runners", "J": "max_jobs", "r": "max_recipients"}


def read_queue_group(text: str, known: dict[str, QueueGroup], queue_directory: str, say: Complaints) -> None:
    """One Q line into `known`, keyed by lower-case name."""
    name, rest = split_name(text)
    if not name:
        say.error("name required for queue")
        return
    values: dict[str, Any] = {}
    for key, value in fields(rest, f"queue {name}: `=' expected", say.error):
        match key:
            case "P":
                values["path"] = value
            case "F":
                values["flags"] = frozenset("".join(words_of(value)))
            case "I":
                values["interval"] = parse_time(value, "m", say.error)
            case _ if key in _NUMBERS:
                values[_NUMBERS[key]] = leading_integer(value)
            case _:
                say.error(f"Q{name}: unknown queue equate {key}=")
    if not values.get("path") and not queue_directory:
        say.error("QueueDir must be defined before queue groups")
    if values.get("runners", 0) > 1 and "f" not in values.get("flags", ()):
        say.warn(f"Warning: Q={name}: R={values['runners']}: multiple queue runners specified")
        say.warn("\tbut flag 'f' is not set")
    known[name.lower()] = QueueGroup(name=name, position=say.position, **values)
