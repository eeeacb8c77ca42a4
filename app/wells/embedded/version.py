"""Which version of the data the file holds: read with every answer, written with every change."""

import datetime
import sqlite3
from collections.abc import Iterable

from app.wells.embedded.sql import execute_script

READ = "SELECT version FROM data_version_mv"

_BUMP = """
UPDATE data_version
   SET change_count = change_count + 1, changed_at = :changed_at, change_id = :change_id
 WHERE subject = :subject
"""


def note_changes(
    connection: sqlite3.Connection, subjects: Iterable[str], *, part_of_more: bool
) -> None:
    """Give the data a new version, within the transaction that changes these subjects.

    Its time is at least a second later than the one before, even where the clock was put back or
    the last change was in this second. Changes with `part_of_more`, the parts of one transaction
    that fills a new database, share a time: their seconds would add up to a time yet to come.
    """
    (text,) = connection.execute("SELECT max(changed_at) FROM data_version").fetchone()
    earliest = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if not part_of_more:
        earliest += datetime.timedelta(seconds=1)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    changed_at = max(now, earliest).strftime("%Y-%m-%dT%H:%M:%SZ")
    (change_id,) = connection.execute("SELECT lower(hex(randomblob(8)))").fetchone()
    connection.executemany(
        _BUMP,
        [{"subject": s, "changed_at": changed_at, "change_id": change_id} for s in subjects],
    )
    execute_script(connection, "refresh_version")
