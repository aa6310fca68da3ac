"""Shards that are merged are the run that did everything; whatever is not, is refused by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.board import boards, row_facts
from harness.codec import encode_line
from harness.errors import BackendError, ConfigError, UsageError
from harness.history import has_ended, history
from harness.merging import merge
from harness.packing import pack_runs
from harness.run import plan
from harness.shards import Part, shard_of, share
from harness.store import LOG, RunFolder, RunWriter
from harness.types import (
    AttemptEnd,
    AttemptStart,
    Contest,
    Cutoff,
    Problem,
    RunRecord,
    Sampling,
    SelfTest,
)
from tests.fakes.certificates import certificate, program
from tests.fakes.scripted import (
    Script,
    ScriptedBackend,
    contest,
    problem,
    run_all,
    says,
    start_run,
)
from tests.harness.test_layers import judged_again

THREE = contest(problem("one"), problem("two"), problem("three"), rules="ioi")


def by_seed(request: Any) -> Any:
    """Answer right or wrong by the sample's own seed, as a model's text hangs on it."""
    return says(f"{request.seed} {7 if request.seed % 3 else 8}")


def begun(
    place: Path,
    part: Part | None = None,
    *,
    attempts: int = 3,
    of: Contest = THREE,
    change: Callable[[RunRecord], RunRecord] = lambda record: record,
    **more: Any,
) -> RunWriter:
    """Return a run of which nothing is done: a whole one, or a shard."""
    backend = ScriptedBackend(by_seed, ("bot", "other"))
    more.setdefault("backend_args", (("model", "a"),))
    whole = start_run(place.with_name(f"{place.name}-plan"), backend, of, attempts, **more)
    with whole:
        record = whole.record
    if part is not None:
        ids = [each.start.id for each in plan(of, backend, record.spec)]
        shard = shard_of(ids, part)
        record = msgspec.structs.replace(record, shard=shard, planned=len(share(ids, shard)))
    which = f"-{part.number}of{part.of}" if part else ""
    record = msgspec.structs.replace(record, id=f"scripted-{place.name}-7f3a{which}")
    return RunWriter.create(place, change(record))


def done(place: Path, part: Part | None = None, script: Script = by_seed, **more: Any) -> Path:
    """Return a run, or a shard, that is finished."""
    with begun(place, part, **more) as writer:
        run_all(writer, ScriptedBackend(script, ("bot", "other")))
        writer.seal("2025-01-01T01:00:00Z")
    return place


def shards(home: Path, of: int, **more: Any) -> list[Path]:
    return [done(home / f"s{number}", Part(number, of), **more) for number in range(1, of + 1)]


def records(run: Path) -> Mapping[str, bytes]:
    """Return all that is recorded of each attempt, but for when it began."""
    found: dict[str, list[bytes]] = {}
    for record in RunFolder(run).logged():
        name = record.id if isinstance(record, AttemptStart) else record.attempt
        if isinstance(record, AttemptStart):
            record = msgspec.structs.replace(record, time="")
        found.setdefault(name, []).append(encode_line(record))
    return {name: b"".join(lines) for name, lines in found.items()}


def rows(run: Path) -> bytes:
    """Return the scores as machines read them, without the run's name."""
    found = [
        row_facts(row) | {"run": ""} for board in boards([RunFolder(run)]) for row in board.rows
    ]
    return json.dumps(found).encode()


@pytest.mark.parametrize("of", [1, 2, 4, 18])
def test_merged_shards_are_the_run_that_did_everything(tmp_path: Path, of: int) -> None:
    """Records of every attempt and all scores are equal, byte for byte."""
    whole = done(tmp_path / "whole")
    merged = merge(shards(tmp_path, of), tmp_path / "out").path
    assert records(merged) == records(whole)
    assert rows(merged) == rows(whole)
    assert list(history(RunFolder(merged))) == [
        each.start.id
        for each in plan(
            THREE, ScriptedBackend(by_seed, ("bot", "other")), RunFolder(whole).record.spec
        )
    ]
    assert RunFolder(merged).record.planned == 18
    assert RunFolder(merged).record.ended


@given(whole=st.integers(1, 60), data=st.data())
def test_every_attempt_is_in_exactly_one_shard(whole: int, data: st.DataObject) -> None:
    """Shards share nothing, leave nothing out, and differ by at most one attempt in size."""
    of = data.draw(st.integers(1, whole))
    ids = [f"a{n}" for n in range(whole)]
    parts = [share(ids, shard_of(ids, Part(number, of))) for number in range(1, of + 1)]
    assert sorted(name for part in parts for name in part) == sorted(ids)
    sizes = {len(part) for part in parts}
    assert max(sizes) - min(sizes) <= 1


def test_a_shard_without_an_attempt_is_refused() -> None:
    """A job that would wait in a queue to do nothing is a mistake that is told of at once."""
    with pytest.raises(UsageError, match="only 3 attempts"):
        shard_of(["a", "b", "c"], Part(1, 4))


def test_merging_again_changes_nothing(tmp_path: Path) -> None:
    """The same shards in any order have one folder, and the same bytes wherever it is made."""
    parts = shards(tmp_path, 3)
    first = merge(parts, tmp_path / "out")
    again = merge([*reversed(parts), parts[0]], tmp_path / "out")
    other = merge(parts, tmp_path / "elsewhere")
    assert (first.fresh, again.fresh, again.path) == (True, False, first.path)
    for name in ("run.json", LOG):
        assert (first.path / name).read_bytes() == (other.path / name).read_bytes()
    assert [each.name for each in (tmp_path / "out").iterdir()] == [first.path.name]


def test_the_merged_run_is_kept_when_the_shards_are_deleted(tmp_path: Path) -> None:
    """Its texts are its own, whoever shared the files, and it is packed like any other."""
    parts = shards(tmp_path, 2)
    merged = merge(parts, tmp_path / "out").path
    for part in parts:
        for text in part.rglob("*.gz"):
            text.unlink()
    kept = pack_runs([RunFolder(merged)], tmp_path / "run.zip")
    assert (kept.texts > 0, kept.missing) == (True, 0)


Change = Callable[[RunRecord], RunRecord]


def manifest(**more: Any) -> Change:
    return lambda record: msgspec.structs.replace(record, **more)


def restated(one: Problem) -> Problem:
    return msgspec.structs.replace(one, statement=f"{one.statement} Give it in binary.")


DIFFERENT: dict[str, tuple[str, dict[str, Any]]] = {
    "seed": ("seed is 0 in the one and 1", {"sampling": Sampling(seed=1)}),
    "temperature": ("temperature is", {"sampling": Sampling(temperature=0.5)}),
    "attempts": ("attempts is 3 in the one and 4", {"attempts": 4}),
    "model": (
        "the model's model is a in the one and b",
        {"backend_args": (("model", "b"),)},
    ),
    "problems": (
        "problem four is none",
        {"of": contest(problem("two"), problem("three"), problem("four"))},
    ),
    "statement": (
        "the statement of problem one is",
        {"of": contest(restated(problem("one")), problem("two"), problem("three"), rules="ioi")},
    ),
    "title": (
        "the contest's title is",
        {"of": msgspec.structs.replace(THREE, title="Another")},
    ),
    "medals": (
        "the contest's medal lines is",
        {"of": msgspec.structs.replace(THREE, cutoffs=(Cutoff(medal="gold", points=1),))},
    ),
    "judge": (
        "the judge's tier is none in the one and docker",
        {"change": manifest(judge=(("tier", "docker"),))},
    ),
    "checkpoint": (
        "the weights of scripted is none",
        {"change": manifest(backend=(("weights", "ab"),))},
    ),
    "version": ("harness version is 0 in the one and 9", {"change": manifest(harness_version="9")}),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_shards_of_different_runs_are_refused_by_what_differs(tmp_path: Path, name: str) -> None:
    """Half of one run and half of another are no run; the field and both values are named."""
    said, other = DIFFERENT[name]
    one = done(tmp_path / "s1", Part(1, 2))
    two = done(tmp_path / "s2", Part(2, 2), **other)
    with pytest.raises(ConfigError, match="not shards of one run") as refused:
        merge([one, two], tmp_path / "out")
    assert said in refused.value.message
    assert not (tmp_path / "out").exists()


def test_shards_of_another_number_of_shards_are_refused(tmp_path: Path) -> None:
    """A third and a half do not make a whole."""
    with pytest.raises(ConfigError, match="number of shards is 2 in the one and 3"):
        merge(
            [done(tmp_path / "a", Part(1, 2)), done(tmp_path / "b", Part(2, 3))], tmp_path / "out"
        )


def test_each_shard_may_have_a_server_of_its_own(tmp_path: Path) -> None:
    """Where a model answers is not what it is: the merged run knows all the servers."""
    parts = [
        done(
            tmp_path / f"s{n}",
            Part(n, 2),
            backend_args=(("base_url", f"http://n{n}/v1"),),
        )
        for n in (1, 2)
    ]
    merged = RunFolder(merge(parts, tmp_path / "out").path).record
    assert dict(merged.spec.backend_args)["base_url"] == "http://n1/v1+http://n2/v1"


def test_a_place_may_be_each_machine_s_own_where_it_is_known_what_lies_there(
    tmp_path: Path,
) -> None:
    """A path on a node says nothing where the weights have a digest, and all where they have none.

    The weights of an lm-eval class have none, so that two models of one given name stay apart.
    """

    def part(number: int, place: str, *facts: tuple[str, str]) -> Path:
        return done(
            tmp_path / f"{place}-{number}-{len(facts)}",
            Part(number, 2),
            backend_args=(("pretrained", f"/{place}/weights"),),
            change=manifest(backend=facts),
        )

    weights = ("weights", "ab12")
    same = [part(1, "node1", weights), part(2, "node2", weights)]
    assert merge(same, tmp_path / "out").missing == 0
    unknown = [part(1, "node1"), part(2, "node2")]
    with pytest.raises(ConfigError, match="the model's pretrained is /node1/weights"):
        merge(unknown, tmp_path / "out")


def test_missing_shards_are_named(tmp_path: Path) -> None:
    """Whoever forgets one is told which, and nothing is written."""
    parts = shards(tmp_path, 4)
    with pytest.raises(ConfigError, match="2/4, 4/4 of scripted are missing"):
        merge([parts[0], parts[2]], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def killed(place: Path, part: Part, after: int) -> Path:
    """Return a shard that was killed when so many attempts had ended, in the middle of a line."""
    done(place, part)
    lines = (place / LOG).read_bytes().splitlines(keepends=True)
    ends = [at for at, line in enumerate(lines) if b'"type":"end"' in line]
    assert len(ends) > after
    (place / LOG).write_bytes(b"".join(lines[: ends[after - 1] + 1]) + lines[-1][:20])
    return place


def test_an_unfinished_shard_is_refused_and_how_to_go_on_is_said(tmp_path: Path) -> None:
    """A killed job is resumed in its own folder, and then the merge is that of a whole run."""
    parts = [done(tmp_path / "s1", Part(1, 2)), killed(tmp_path / "s2", Part(2, 2), 4)]
    with pytest.raises(ConfigError, match=r"shard 2/2.* 5 of 9 attempts have no end") as refused:
        merge(parts, tmp_path / "out")
    assert f"--resume {parts[1]}" in refused.value.hint
    with RunWriter(parts[1]) as writer:
        assert run_all(writer, ScriptedBackend(by_seed, ("bot", "other"))).planned == 5
    merged = merge(parts, tmp_path / "out").path
    whole = records(done(tmp_path / "whole"))
    ends = [r for r in RunFolder(merged).logged() if isinstance(r, AttemptEnd)]
    assert len(ends) == len(whole) == len(records(merged))
    assert rows(merged) == rows(tmp_path / "whole")


def test_what_is_missing_is_in_no_score_and_can_be_done_later(tmp_path: Path) -> None:
    """With --allow-missing the merged run is an unfinished one: resumed, it is the whole run."""
    parts = [done(tmp_path / "s1", Part(1, 3)), killed(tmp_path / "s3", Part(3, 3), 2)]
    merged = merge(parts, tmp_path / "out", allow_missing=True)
    run = RunFolder(merged.path)
    (board,) = boards([run])
    assert (merged.attempts, merged.missing) == (18, 10)
    assert (run.record.ended, has_ended(run)) == ("", False)
    assert sum(row.unfinished for row in board.rows) == 10
    assert sum(row.account.judged for row in board.rows) == 8
    with RunWriter(merged.path) as writer:
        assert run_all(writer, ScriptedBackend(by_seed, ("bot", "other"))).planned == 10
        writer.seal("2025-01-01T02:00:00Z")
    assert rows(merged.path) == rows(done(tmp_path / "whole"))


def test_a_shard_that_was_done_twice_counts_once(tmp_path: Path) -> None:
    """A job that a scheduler started again from the beginning does no harm where both agree."""
    parts = shards(tmp_path, 2)
    twin = done(tmp_path / "again", Part(2, 2))
    half = killed(tmp_path / "half", Part(1, 2), 3)
    merged = merge([*parts, twin, half], tmp_path / "out").path
    assert records(merged) == records(done(tmp_path / "whole"))


def test_two_results_of_one_attempt_are_refused(tmp_path: Path) -> None:
    """Which of two answers counts is never left to chance: the attempt and both runs are named."""
    parts = shards(tmp_path, 2)
    other = done(tmp_path / "other", Part(2, 2), script=lambda _: says("1 9"))
    with pytest.raises(ConfigError, match="both have one:bot:1") as refused:
        merge([*parts, other], tmp_path / "out")
    assert str(other) in refused.value.message


def test_a_void_attempt_gives_way_to_one_with_a_result(tmp_path: Path) -> None:
    """What one copy of a shard lost and the other has is not lost; alone it stays void."""
    lost = done(tmp_path / "lost", Part(1, 2), script=lambda _: BackendError("the server is gone"))
    parts = shards(tmp_path, 2)
    void = RunFolder(merge([lost, parts[1]], tmp_path / "out").path)
    assert sum(row.account.void for row in boards([void])[0].rows) == 9
    merged = merge([lost, *parts], tmp_path / "out").path
    assert records(merged) == records(done(tmp_path / "whole"))


def test_only_shards_are_merged(tmp_path: Path) -> None:
    """A run of the whole plan, a copy of a shard and what is no run are refused."""
    parts = shards(tmp_path, 2)
    with pytest.raises(UsageError, match="is no shard: its run has the whole plan"):
        merge([parts[0], done(tmp_path / "whole")], tmp_path / "out")
    shutil.copytree(parts[0], tmp_path / "copy")
    with pytest.raises(UsageError, match="are the same run"):
        merge([*parts, tmp_path / "copy"], tmp_path / "out")
    with pytest.raises(UsageError, match="not a run folder"):
        merge([tmp_path / "absent"], tmp_path / "out")


def test_a_judging_that_came_later_is_not_merged_in_silence(tmp_path: Path) -> None:
    """Layers of shards are named, so that the merged run is judged again."""
    parts = shards(tmp_path, 2)
    assert merge(parts, tmp_path / "out").unread_layers == ()
    judged_again(parts[1])
    merged = merge(parts, tmp_path / "out")
    assert merged.unread_layers == (RunFolder(parts[1]).record.id,)
    assert RunFolder(merged.path).layers == ()


def test_machines_and_self_tests_of_all_shards_are_kept(tmp_path: Path) -> None:
    """Where one shard's machine had no self-test that counts, the merged run has none."""
    sound = SelfTest(
        problem="one", certificate=certificate("one", "hash", program("accepted/a.cpp"))
    )
    lacking = SelfTest(problem="one", reason="another processor")
    parts = [
        done(
            tmp_path / f"s{number}",
            Part(number, 2),
            change=manifest(self_tests=(test,), machine=(("cpu", cpu), ("system", "Linux"))),
        )
        for number, test, cpu in ((1, sound, "EPYC"), (2, lacking, "Xeon"))
    ]
    record = RunFolder(merge(parts, tmp_path / "out").path).record
    assert record.self_tests == (lacking,)
    assert record.machine == (("cpu", "EPYC; Xeon"), ("system", "Linux"))
    assert [(f"{each.number}/{each.of}", each.machine[0][1]) for each in record.shards] == [
        ("1/2", "EPYC"),
        ("2/2", "Xeon"),
    ]
