"""Places for requests: as many as there are sessions, handed on in order, and never lost."""

import asyncio
import time

import pytest

from app.contract.admission import Admission
from app.contract.faults import PoolExhausted
from app.observe.observation import Observation, SessionAwaited, listen

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def turns() -> None:
    """Let everybody else go as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_than_there_are() -> None:
    """Without a place there is a wait, and then a fault that names the limit."""
    admission = Admission(2, 0.05)
    await admission.enter()
    await admission.enter()
    for limit, said in ((None, "0.05"), (0.01, "0.01")):
        began = time.monotonic()
        with pytest.raises(PoolExhausted, match=rf"within {said} s\.$"):
            await admission.enter(limit)
        assert time.monotonic() - began > float(said) * 0.9
    admission.leave()
    await admission.enter()


async def test_waiting_is_told() -> None:
    """Whoever listens hears of each wait and how it ended; a free place is nothing to tell."""
    seen: list[Observation] = []
    stop = listen(seen.append)
    admission = Admission(1, 0.01)
    await admission.enter()
    with pytest.raises(PoolExhausted):
        await admission.enter()
    waiting = asyncio.ensure_future(admission.enter(60))
    await turns()
    admission.leave()
    await waiting
    stop()
    assert [each.got for each in seen if isinstance(each, SessionAwaited)] == [False, True]


async def test_in_order() -> None:
    """A place goes to whoever has waited longest, and to nobody who comes later."""
    admission = Admission(1, 60)
    await admission.enter()
    entered: list[int] = []

    async def enter(number: int) -> None:
        await admission.enter()
        entered.append(number)

    waiting = [asyncio.ensure_future(enter(number)) for number in range(3)]
    await turns()
    admission.leave()
    waiting.append(asyncio.ensure_future(enter(3)))
    await turns()
    assert entered == [0]
    for _ in range(3):
        admission.leave()
    await asyncio.gather(*waiting)
    assert entered == [0, 1, 2, 3]


@pytest.mark.parametrize("when", ["before", "with", "after"])
async def test_cancelled(when: str) -> None:
    """Who is cancelled is cancelled, also with the turn's coming; the place is not lost."""
    admission = Admission(1, 60)
    await admission.enter()
    waiting = asyncio.ensure_future(admission.enter())
    await turns()
    if when == "before":
        waiting.cancel()
        await turns()
    admission.leave()
    if when == "after":
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    await asyncio.wait_for(admission.enter(), 60)
    with pytest.raises(PoolExhausted):
        await admission.enter(0.01)


async def test_no_place_twice() -> None:
    """Whatever comes together, the places stay as many as they were."""
    admission = Admission(3, 0.001)

    async def visit(number: int) -> None:
        await admission.enter()
        try:
            await asyncio.sleep(number % 5 / 1000)
        finally:
            admission.leave()

    visits = [asyncio.ensure_future(visit(number)) for number in range(300)]
    for number, each in enumerate(visits):
        if number % 7 == 0:
            await asyncio.sleep(0)
            each.cancel()
    done = await asyncio.gather(*visits, return_exceptions=True)
    assert {type(each) for each in done} <= {type(None), PoolExhausted, asyncio.CancelledError}
    for _ in range(3):
        await admission.enter(0.01)
    with pytest.raises(PoolExhausted):
        await admission.enter(0.01)
