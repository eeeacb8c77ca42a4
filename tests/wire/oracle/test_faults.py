from __future__ import annotations

import pytest

from .faults import ACTIONS, Fault, Faults


def test_a_fault_strikes_as_often_as_it_says() -> None:
    """After the calls it lets pass."""
    faults = Faults()
    faults.inject(Fault("hang", operation="lob_*", skip=1, times=2))
    struck = [faults.take("lob_read", "", 1) is not None for _ in range(5)]
    assert struck == [False, True, True, False, False]
    assert faults.take("ping", "", 1) is None


def test_a_fault_for_ever() -> None:
    """Until it is cleared."""
    faults = Faults()
    faults.inject(Fault("close", times=-1))
    assert all(faults.take("ping", "", 1) for _ in range(100))
    faults.clear()
    assert faults.take("ping", "", 1) is None


@pytest.mark.parametrize(
    ("operation", "sql", "sid", "strikes"),
    [
        ("execute", "begin Get_ODM_Data_Pkg.x; end;", 7, True),
        ("reexecute", "begin GET_ODM_DATA_PKG.x; end;", 7, True),
        ("fetch", "begin Get_ODM_Data_Pkg.x; end;", 7, False),
        ("execute", "select 1 from dual", 7, False),
        ("execute", "begin Get_ODM_Data_Pkg.x; end;", 8, False),
    ],
)
def test_a_fault_chooses_its_calls(operation: str, sql: str, sid: int, strikes: bool) -> None:
    """By operation, SQL text and session, all of them together."""
    fault = Fault("close", operation="*execute", sql="odm_data", sid=7)
    assert fault.matches(operation, sql, sid) == strikes


def test_unknown_faults_are_refused() -> None:
    """With the list of the known ones."""
    with pytest.raises(ValueError, match="unknown fault 'explode'") as info:
        Fault("explode")
    assert all(action in str(info.value) for action in ACTIONS)
