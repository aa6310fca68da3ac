"""Whether two shards are of one run: what was asked and what can change a score, by field."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from harness.errors import ConfigError
from harness.store import RunFolder
from harness.types import Contest, RunRecord

JOINED = "base_url"
"""The setting of a backend that names servers: each shard may have its own."""
BOUND = {
    "file": "recording",
    "pretrained": "weights",
    "chat_template": "chat_template",
    "python": "engine",
}
"""Settings of backends that say where something is, and the fact of the backend that says what it
is: where there is that fact, the place may be each machine's own."""
LOGS = "logs"
LONGEST = 80
"""Letters of a value that are shown."""


def check_same(one: RunFolder, other: RunFolder) -> None:
    """Raise :class:`~harness.errors.ConfigError` naming the first thing that two differ in."""
    ours, theirs = dict(_facts(one.record)), dict(_facts(other.record))
    for name in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(name, "none"), theirs.get(name, "none")
        if here != there:
            raise ConfigError(
                f"{one.path} and {other.path} are not shards of one run: {name} is "
                f"{_short(here)} in the one and {_short(there)} in the other",
                hint="name only shards that were started by the same command, but for --shard",
            )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _facts(record: RunRecord) -> Iterator[tuple[str, str]]:
    """Yield what must be the same, by a name that a reader knows."""
    spec, shard = record.spec, record.shard
    assert shard is not None
    for field in spec.__struct_fields__:
        if field not in ("backend_args", "sampling", "protocol", "jury", "templates"):
            yield _words(field), str(getattr(spec, field))
    known = {name for name, _ in record.backend}
    for name, value in spec.backend_args:
        if name not in (JOINED, LOGS) and BOUND.get(name) not in known:
            yield f"the model's {name}", value
    for name, value in msgspec.to_builtins(spec.sampling).items():
        yield _words(name), str(value)
    if spec.protocol is not None:
        yield "protocol", f"{spec.protocol.id} {spec.protocol.sha256}"
    if spec.jury is not None:
        yield "jury", f"{spec.jury.words} {spec.jury.sha256}"
    yield "templates", msgspec.json.encode(spec.templates).decode()
    yield "contestants", ", ".join(f"{each.id} ({each.kind})" for each in record.contestants)
    yield from _contest(record.contest)
    for name, value in record.backend:
        yield f"the {name} of {spec.backend}", value
    for name, value in record.judge:
        yield f"the judge's {name}", value
    yield "harness version", record.harness_version
    yield "the number of shards", str(shard.of)
    yield "the plan", f"{shard.whole} attempts {shard.plan}"


def _contest(contest: Contest) -> Iterator[tuple[str, str]]:
    for problem in contest.problems:
        yield f"problem {problem.id}", problem.hash
        # No hash has what was asked, on which every answer hangs.
        yield f"the statement of problem {problem.id}", "\n".join(problem.asked)
    yield "the contest's title", contest.title
    lines = (contest.cutoffs, contest.medal_places, contest.humans)
    yield "the contest's medal lines", msgspec.json.encode(lines).decode()
    yield "the contest's rules, points or languages", f"{contest.id} {contest.hash}"


def _words(name: str) -> str:
    return name.replace("_", " ")
