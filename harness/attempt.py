"""One attempt from its start to its end: the strategy plays, and what fails is told apart.

A failure of our own makes the attempt void; one that concerns the whole run is raised.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from harness.desk import Desk, Phase, Postponed, Workshop
from harness.errors import BackendError, HarnessError, InfraError, first_failure, unforeseen
from harness.history import AttemptLog
from harness.session import Session
from harness.types import AttemptEnd, AttemptStart, Problem

log = logging.getLogger(__name__)


async def attempt(
    workshop: Workshop,
    strategy: Callable[[Session], Awaitable[None]],
    problem: Problem,
    start: AttemptStart,
    past: AttemptLog,
) -> AttemptEnd | None:
    """Do one attempt from its start to its end; None where the rest is for a later phase.

    A failure of our own makes it void, also one that nobody foresaw; a failure that
    concerns the whole run (a model that does not exist, data that is malformed, a
    store that cannot be written) is raised.
    """
    if past.start is None or past.end is not None:
        workshop.writer.append(start)
    desk = Desk(workshop, problem, start, past)
    try:
        end = await _outcome(Session(desk), workshop, strategy)
    except Postponed:
        if workshop.phase is Phase.JUDGE and past.end is None:  # what was void stays so
            workshop.lacking.append(start.id)
        return None
    await workshop.ends.put(end)
    return end


async def _outcome(
    session: Session, workshop: Workshop, strategy: Callable[[Session], Awaitable[None]]
) -> AttemptEnd:
    try:
        try:
            await strategy(session)
        except BaseExceptionGroup as failures:
            raise first_failure(failures) from None
        return session.finish()
    except BackendError as error:
        if error.final:
            raise
        return session.give_up(error)
    except InfraError as error:
        return session.give_up(error)
    except (HarnessError, Postponed):
        raise
    except Exception as error:
        fault = unforeseen(error)
        if fault.message not in workshop.faults:
            workshop.faults.add(fault.message)
            log.warning("%r is void: [%s] %s", session.name, fault.code, fault)
        log.debug("%r", session.name, exc_info=True)
        return session.give_up(fault)
