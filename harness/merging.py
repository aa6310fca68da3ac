"""Shards put together: one run folder, as if the plan had been done in it.

::

    log.jsonl     header, then attempt after attempt in the order of the plan, each with the very
                  lines of its shard
    blobs/        the texts of all shards, as files that they share where that can be
    run.json      what the shards have in common, and which they were

Equal shards give equal bytes under an equal name, whenever and wherever they are merged. Scores
are derived from a log, so those of a merged run are those of a run that did all of it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from harness import layers
from harness.codec import SCHEMA, Header, encode_line, encode_manifest
from harness.errors import ConfigError, StoreError, UsageError
from harness.shard_log import Held, ShardLog
from harness.shard_sameness import JOINED, check_same
from harness.store import BLOBS, LOG, MANIFEST, RunFolder, flush
from harness.types import (
    AttemptStart,
    JudgeStanding,
    MergedShard,
    RunRecord,
    RunSpec,
    SelfTest,
)

RESULT = 2
"""The rank of an attempt that has one."""
NAMED = 8
"""Attempts or shards that are named in a sentence."""

Pairs = tuple[tuple[str, str], ...]


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a merge."""

    path: Path
    fresh: bool
    """False where the same shards had been merged there before."""
    attempts: int
    missing: int
    """Attempts of the plan without an end."""
    unread_layers: tuple[str, ...]
    """Shards that were judged again, which is no part of the merged run."""


def merge(paths: Sequence[Path], out: Path, *, allow_missing: bool = False) -> Merged:
    """Put shards into a run folder under ``out`` and return where it is.

    Raises :class:`~harness.errors.ConfigError` for shards that do not belong together, that are
    missing or unfinished, or that say different things of one attempt.
    """
    shards = _opened(paths)
    for other in shards[1:]:
        check_same(shards[0], other)
    logs = [ShardLog(shard) for shard in shards]
    if not allow_missing:
        _check_whole(logs)
    chosen = _chosen(logs)
    record = _manifest(logs, chosen)
    place = out / record.id
    fresh = not (place / MANIFEST).exists()
    if fresh:
        _write(place, record, logs, chosen)
    return Merged(
        path=place,
        fresh=fresh,
        attempts=record.planned,
        missing=record.planned - sum(held.end is not None for _, held in chosen.values()),
        unread_layers=tuple(shard.record.id for shard in shards if shard.layers),
    )


def _opened(paths: Iterable[Path]) -> list[RunFolder]:
    """Return the shards, each once, in their order."""
    found: dict[str, RunFolder] = {}
    for path in dict.fromkeys(each.resolve() for each in paths):
        run = RunFolder(path, layers.LOG_ONLY)
        if run.record.shard is None:
            raise UsageError(
                f"{path} is no shard: its run has the whole plan",
                hint="name folders of `harness run --shard I/N`",
            )
        if run.record.id in found:
            raise UsageError(
                f"{path} and {found[run.record.id].path} are the same run",
                hint="name one of the two copies",
            )
        found[run.record.id] = run
    return sorted(found.values(), key=lambda run: (_number(run), run.record.id))


def _number(run: RunFolder) -> int:
    assert run.record.shard is not None
    return run.record.shard.number


# --- what is there --------------------------------------------------------------------------------


def _check_whole(logs: Sequence[ShardLog]) -> None:
    """Refuse a plan of which not everything is there."""
    shard = logs[0].folder.record.shard
    assert shard is not None
    there = {_number(log.folder) for log in logs}
    lacking = [number for number in range(1, shard.of + 1) if number not in there]
    if lacking:
        names = ", ".join(f"{number}/{shard.of}" for number in lacking[:NAMED])
        more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
        raise ConfigError(
            f"not all shards are named: {names}{more} of {logs[0].folder.record.spec.task} "
            f"{'are' if len(lacking) > 1 else 'is'} missing",
            hint="name them too, or do them with `harness run --shard`; --allow-missing merges "
            "what is there",
        )
    whole = {_number(log.folder) for log in logs if not log.open}
    for log in logs:
        # A shard that was begun twice, and finished once, is there.
        if _number(log.folder) not in whole:
            raise ConfigError(
                f"{log.folder.path} (shard {_number(log.folder)}/{shard.of}) is not finished: "
                f"{log.open} of {log.folder.record.planned} attempts have no end",
                hint=f"`harness run --resume {log.folder.path}` does the rest; --allow-missing "
                "merges what is there",
            )


Chosen = dict[str, tuple[ShardLog, Held]]
"""Of each attempt, the shard that says most of it; in the order of the plan."""


def _chosen(logs: Sequence[ShardLog]) -> Chosen:
    found: Chosen = {}
    for log in logs:
        for name, held in log.attempts.items():
            if name not in found:
                found[name] = (log, held)
                continue
            before, other = found[name]
            if held.rank == other.rank == RESULT and held.outcome != other.outcome:
                raise ConfigError(
                    f"{before.folder.path} and {log.folder.path} both have {name}, with different "
                    "results",
                    hint="name only one of them: which of two answers counts is not for chance",
                )
            if held.rank > other.rank:
                found[name] = (log, held)
    record = logs[0].folder.record
    problems = {problem.id: at for at, problem in enumerate(record.contest.problems)}
    contestants = {contestant.id: at for at, contestant in enumerate(record.contestants)}

    def place(start: AttemptStart | None) -> tuple[int, int, int]:
        assert start is not None, "a log holds an attempt's start before anything of it"
        return problems[start.problem], contestants[start.contestant], start.sample

    return dict(sorted(found.items(), key=lambda each: place(each[1][1].start)))


# --- the manifest ---------------------------------------------------------------------------------


def _manifest(logs: Sequence[ShardLog], chosen: Chosen) -> RunRecord:
    records = [log.folder.record for log in logs]
    base = records[0]
    assert base.shard is not None
    said = "".join(f"{log.folder.record.id} {log.sha256}\n" for log in logs)
    stem = re.sub(r"-[0-9a-f]{4}-\d+of\d+$", "", base.id)
    ceilings = {record.shard.number: record.ceiling for record in records if record.shard}
    known = [ceiling for ceiling in ceilings.values() if ceiling is not None]
    ends = [held.end for _, held in chosen.values()]
    whole = len(ends) == base.shard.whole and None not in ends
    return msgspec.structs.replace(
        base,
        schema=SCHEMA,
        id=f"{stem}-{hashlib.sha256(said.encode()).hexdigest()[:12]}",
        spec=_spec(records),
        planned=base.shard.whole,
        ceiling=sum(known) if len(known) == base.shard.of else None,
        machine=_joined([record.machine for record in records]),
        started=min(record.started for record in records),
        ended=max(record.ended for record in records) if whole else "",
        jury_standings=_standings(records),
        self_tests=_self_tests(records),
        shard=None,
        shards=tuple(_part(log) for log in logs),
    )


def _part(log: ShardLog) -> MergedShard:
    record = log.folder.record
    assert record.shard is not None
    return MergedShard(
        run=record.id,
        number=record.shard.number,
        of=record.shard.of,
        machine=record.machine,
        log=log.sha256,
    )


def _spec(records: Sequence[RunRecord]) -> RunSpec:
    """Return what was asked for; servers that each shard had for itself are joined."""
    spec = records[0].spec
    args = dict(spec.backend_args)
    servers = (dict(record.spec.backend_args).get(JOINED, "") for record in records)
    urls = dict.fromkeys(url for text in servers for url in text.split("+") if url)
    if urls:
        args[JOINED] = "+".join(urls)
    return msgspec.structs.replace(spec, backend_args=tuple(sorted(args.items())))


def _joined(machines: Sequence[Pairs]) -> Pairs:
    """Return what is said of all machines, each different value once."""
    found: dict[str, dict[str, None]] = {}
    for machine in machines:
        for name, value in machine:
            found.setdefault(name, {})[value] = None
    return tuple(sorted((name, "; ".join(values)) for name, values in found.items()))


def _self_tests(records: Sequence[RunRecord]) -> tuple[SelfTest, ...] | None:
    """Return the self-test of each problem: one that does not hold, where a shard has such."""
    if any(record.self_tests is None for record in records):
        return None
    found: dict[str, SelfTest] = {}
    for record in records:
        for test in record.self_tests or ():
            if test.problem not in found or (found[test.problem].holds and not test.holds):
                found[test.problem] = test
    return tuple(found.values())


def _standings(records: Sequence[RunRecord]) -> tuple[tuple[str, JudgeStanding], ...]:
    """Return what is known of the jury: of each form, the least that a shard knew."""
    found: dict[str, JudgeStanding] = {}
    for record in records:
        for form, standing in record.jury_standings:
            if form not in found or (found[form].holds and not standing.holds):
                found[form] = standing
    return tuple(found.items())


# --- the folder -----------------------------------------------------------------------------------


def _write(place: Path, record: RunRecord, logs: Sequence[ShardLog], chosen: Chosen) -> None:
    """Write the folder beside its place, and put it there whole."""
    fresh: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".merging-", dir=place.parent))
        fresh.chmod(0o755)
        (fresh / MANIFEST).write_bytes(encode_manifest(record))
        with (fresh / LOG).open("wb") as log:
            log.write(encode_line(Header(schema=SCHEMA, run=record.id)))
            for name, (shard, _) in chosen.items():
                log.writelines(shard.lines(name))
        (fresh / BLOBS).mkdir()
        for shard in logs:
            _share_texts(shard.folder.path / BLOBS, fresh / BLOBS)
        for written in (fresh / MANIFEST, fresh / LOG, fresh):
            flush(written)
        fresh.rename(place)
    except OSError as error:
        raise StoreError(
            f"{place} cannot be written: {error.strerror or error}",
            hint="the shards are untouched; make room, or choose another place with -o",
        ) from error
    finally:
        if fresh is not None and fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)


def _share_texts(source: Path, target: Path) -> None:
    """Put the texts of a shard into a folder: the same files where both are on one disk.

    A text is never written in place, so that sharing its file is safe.
    """
    linking = True
    for folder in sorted(each for each in source.iterdir() if each.is_dir()):
        (target / folder.name).mkdir(exist_ok=True)
        for text in folder.iterdir():
            there = target / folder.name / text.name
            if text.suffix != ".gz" or there.exists():
                continue
            if linking:
                try:
                    os.link(text, there)
                    continue
                except OSError:  # another disk, or one that knows no links
                    linking = False
            shutil.copyfile(text, there)
