from __future__ import annotations

import json

from .stats import Stats


def test_difference() -> None:
    """Counters grow, gauges are as they are, tables keep what changed."""
    stats = Stats(round_trips=2, open_cursors=3)
    stats.calls.update(ping=1, execute=2)
    before = Stats.from_json(json.loads(json.dumps(stats.to_json())))
    stats.round_trips += 5
    stats.open_cursors = 1
    stats.calls["ping"] += 1
    spent = stats.since(before)
    assert (spent.round_trips, spent.open_cursors) == (5, 1)
    assert spent.calls == {"ping": 1}


def test_reset_keeps_what_is_open() -> None:
    """Connections and LOBs are still there when the counters are zero."""
    stats = Stats(round_trips=2, open_connections=2, peak_connections=5, open_temporary_lobs=1)
    stats.errors["ORA-00942"] += 1
    stats.reset()
    assert stats == Stats(open_connections=2, peak_connections=2, open_temporary_lobs=1)
