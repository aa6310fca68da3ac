"""What was asked of a run, and its manifest."""

from __future__ import annotations

import msgspec

from harness.types.attempts import Contestant
from harness.types.calibration import JudgeStanding
from harness.types.certificates import SelfTest
from harness.types.contests import Contest
from harness.types.juries import Jury
from harness.types.protocols import Protocol
from harness.types.sampling import Sampling
from harness.types.texts import Template

CEILING = "ceiling"
"""Name of the strategy that hands in everything."""


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for: everything that can change a score; made by the command."""

    task: str
    task_version: str
    backend: str
    backend_args: tuple[tuple[str, str], ...] = ()
    """Sorted pairs; secrets never enter here."""
    strategy: str = "single"
    attempts: int | None = 1
    """Attempts per contestant and problem; None means as many as were recorded."""
    limit: int | None = None
    """First problems only."""
    sampling: Sampling = Sampling()
    prompt_language: str = "cpp"
    system: str = ""
    """The system prompt; empty sends none."""
    templates: tuple[Template, ...] = ()
    """Prompts that replace the task's (``solve``) and the strategy's, by name."""
    settings: str = "{}"
    """What the strategy was set to, as JSON."""
    strategy_code: str = ""
    """Distribution and version of a strategy that is not the program's own."""
    protocol: Protocol | None = None
    """The protocol file that all this came from."""
    jury: Jury | None = None
    """Models that mark proofs, and compare answers; None where people mark, or nothing asks for
    any."""

    @property
    def is_ceiling(self) -> bool:
        """Whether it shows what a perfect choice would bring, and not what a contestant reached.

        Its submissions have no limit unless a protocol sets one, and its rows have no rank.
        """
        return self.strategy == CEILING

    def template(self, name: str) -> Template | None:
        """Return the prompt that replaces one of this name, if there is one."""
        return next((template for template in self.templates if template.name == name), None)


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a run's plan is done in this folder; the others are done elsewhere."""

    number: int
    """From 1."""
    of: int
    whole: int
    """Attempts of the whole plan."""
    plan: str
    """SHA-256 over the ids of all attempts of the whole plan, a line each."""

    @property
    def name(self) -> str:
        """How people write it: ``2/4``."""
        return f"{self.number}/{self.of}"


class MergedShard(msgspec.Struct, frozen=True, kw_only=True):
    """A shard that went into a run: where it ran, and what its log was."""

    run: str
    """Its id."""
    number: int
    of: int
    machine: tuple[tuple[str, str], ...]
    log: str
    """SHA-256 of its log."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a run (``run.json``): written at the start, sealed at the end."""

    schema: int
    id: str
    spec: RunSpec
    contest: Contest
    contestants: tuple[Contestant, ...]
    planned: int
    """Attempts planned."""
    harness_version: str
    harness_commit: str
    judge: tuple[tuple[str, str], ...]
    """Facts of the judges: their versions, tier, compiler, runner hash; sorted pairs."""
    machine: tuple[tuple[str, str], ...]
    started: str
    backend: tuple[tuple[str, str], ...] = ()
    """Facts of the backend, such as the hash of a recording; sorted pairs."""
    ceiling: int | None = None
    """The most texts that the strategy can ask for in the whole run; None where nobody knows."""
    ended: str = ""
    """Empty while running, or when the run was cut."""
    jury_standings: tuple[tuple[str, JudgeStanding], ...] = ()
    """Whether the jury's agreement with people was measured when the run began, for each form of
    what it is shown beside statement and proof (``reference+rubric``); where it was not, its
    marks are provisional."""
    contest_file: str = ""
    """Where the contest's file was, if the task is no plugin; where it is may change."""
    self_tests: tuple[SelfTest, ...] | None = None
    """For each programming problem, whether a self-test has shown that it is judged right here;
    None in runs from before there were self-tests."""
    shard: Shard | None = None
    """None where the whole plan is done in this folder."""
    shards: tuple[MergedShard, ...] = ()
    """Of which shards it was merged."""

    @property
    def jury_standing(self) -> JudgeStanding | None:
        """What is known of the jury's agreement with people: the least of all that it is shown.

        None where no model marks; without a reason where nothing was looked up.
        """
        if self.spec.jury is None:
            return None
        known = [standing for _, standing in self.jury_standings] or [JudgeStanding()]
        return next((each for each in known if not each.holds), known[0])
