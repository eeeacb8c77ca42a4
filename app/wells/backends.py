"""The choice of a side: Oracle if the settings name one, else the embedded database.

A side is imported only when it is chosen.
"""

import logging
import sqlite3
from functools import partial
from pathlib import Path

from app.contract.gateway import Gateway, Wing
from app.wells.catalogue import WELLS
from app.wells.settings import WellsSettings
from app.wells.store import Store

log = logging.getLogger("odm.embedded")


def wells_wing(settings: WellsSettings) -> Wing:
    """Divisions and wells, from the database that the settings name; not yet open."""
    return Wing(WELLS, make_gateway(settings))


def make_gateway(settings: WellsSettings) -> Gateway:
    """The gateway to the database that the settings name, not yet open."""
    if settings.uses_oracle:
        from app.wells.oracle.gateway import OracleGateway  # noqa: PLC0415

        return OracleGateway(settings)
    from app.wells.embedded.gateway import EmbeddedGateway  # noqa: PLC0415

    fill = partial(_fill_with_demo_data, settings.odm_sqlite_path) if settings.odm_demo else None
    return EmbeddedGateway(settings, fill)


def open_store(settings: WellsSettings) -> Store:
    """The database that the settings name, made now if it is the embedded one and not there.

    Raises StartupFault when it cannot be written.
    """
    if settings.uses_oracle:
        from app.wells.oracle.store import OracleStore  # noqa: PLC0415

        return OracleStore(settings)
    from app.wells.embedded.database import connect_for_writing  # noqa: PLC0415
    from app.wells.embedded.store import EmbeddedStore  # noqa: PLC0415

    path = settings.odm_sqlite_path
    return EmbeddedStore(connect_for_writing(path), path)


def _fill_with_demo_data(path: Path, connection: sqlite3.Connection) -> None:
    """Load the demo data within the transaction that makes the embedded database."""
    from app.wells.demo import load_demo  # noqa: PLC0415
    from app.wells.embedded.store import EmbeddedStore  # noqa: PLC0415

    log.info("filling %s with demo data", path)
    load_demo(EmbeddedStore(connection, path))
