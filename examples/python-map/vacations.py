"""Who stands in for whom, out of a table that people keep in an SQLite file: a map of class `python`.

The table:  CREATE TABLE absence (name TEXT, until TEXT, deputy TEXT)
"""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from noctule.maps.python import TemporaryError

DATABASE = Path(__file__).parent / "vacations.db"


def deputy(key: str, args: tuple[str, ...]) -> str | None:
    """The deputy of the user `key` on the day that is the first argument, or today."""
    day = args[0] if args else date.today().isoformat()
    try:
        with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True, timeout=2)) as database:
            row = database.execute(
                "SELECT deputy FROM absence WHERE name = ? AND until >= ? ORDER BY until LIMIT 1", (key, day)
            ).fetchone()
    except sqlite3.OperationalError as error:  # locked, or somebody is just copying it
        raise TemporaryError(f"{DATABASE}: {error}") from error
    return row[0] if row else None


async def domain_length(key: str, args: tuple[str, ...]) -> str | None:
    """How long the domain of an address is; coroutines may await what they like."""
    local_part, at, domain = key.rpartition("@")
    return str(len(domain)) if at and local_part else None
