"""Proofs go in, a jury behind real servers marks them, and every word of it is on record."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from harness.prompts import template_hash
from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Grade,
    Marking,
    Message,
    Opinion,
    Purpose,
    Record,
    Submission,
)
from tasks.juries import FOLDER
from tests.e2e.test_kill import lines, only_run
from tests.fakes.command import Command, Outcome
from tests.fakes.engine_room import PATH, EngineRoom
from tests.fakes.judge_acts import JudgeServer, gives
from tests.fakes.openai_server import fails, says, serving
from tests.fakes.proofs import fenced

PROOFS = {"p1": "By induction. ∎", "p2": "Clearly."}
QUICK = "max_tries=2,patience_s=0,start_s=1"


@pytest.fixture
def imo(harness: Command) -> Command:
    """Return the program with two statements of IMO 2025, and a recording of two proofs."""
    place = harness.home / "in"
    place.mkdir()
    for name in PROOFS:
        (place / f"{name}.md").write_text(f"Prove that ${name} = 1$.")
    rows = [{"problem": p, "contestant": "prover", "text": text} for p, text in PROOFS.items()]
    (harness.home / "proofs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    added = harness("data", "add", "imo2025", place)
    assert "p2: ready" in added.out, added.err
    return harness


RECORDED = ("run", "--task", "imo2025", "-m", "replay", "-a", "file=proofs.jsonl", "--no-report")


def sits(name: str, url: str, more: str = QUICK) -> tuple[str, ...]:
    return ("--judge-model", "openai", "--judge-args", f"model={name},base_url={url},{more}")


def records(home: Path) -> list[Record]:
    folder = only_run(home)
    assert folder is not None
    return list(RunFolder(folder).replay())


def opinions(home: Path) -> list[Opinion]:
    return [record for record in records(home) if isinstance(record, Opinion)]


def markings(home: Path) -> dict[str, Marking]:
    """Return how the jury came to each grade, by problem."""
    found = {}
    for record in records(home):
        if isinstance(record, Grade):
            assert record.marking is not None
            found[record.attempt.partition(":")[0]] = record.marking
    return found


def ends(home: Path) -> list[AttemptEnd]:
    return [record for record in records(home) if isinstance(record, AttemptEnd)]


def free_port() -> int:
    """Return a port on which nobody listens yet."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def is_refused(outcome: Outcome, *words: str) -> None:
    assert outcome.code == 64, outcome.err
    assert "[U00" in outcome.err
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err, outcome.err


# --- a run -----------------------------------------------------------------------------------


def test_two_models_mark_what_a_contestant_proved(imo: Command) -> None:
    """Marks far apart are given again; points, spread and every vote are in the log."""
    strict, kind = JudgeServer(gives(3, again=5)), JudgeServer(gives(7, again=6))
    with serving(strict) as one, serving(kind) as other:
        outcome = imo(*RECORDED, *sits("strict", one), *sits("kind", other), "--json")
    assert outcome.code == 0, outcome.err
    (row,) = json.loads(outcome.out)["contests"][0]["rows"]
    assert row["problems"] == {"p1": [5.0], "p2": [5.0]}
    for marking in markings(imo.home).values():
        assert [(m.juror, m.round, m.value) for m in marking.marks] == [
            *[("strict", 1, 3)] * 4,
            *[("kind", 1, 7)] * 4,
            *[("strict", 2, 5)] * 4,
            *[("kind", 2, 6)] * 4,
        ]
        assert (marking.found, marking.spread, marking.rejudged) == (5, 1, True)
        assert marking.kin == ()
    for judge in (strict, kind):
        assert Counter((q.proof, q.again) for q in judge.asked) == {
            (proof, again): 4 for proof in PROOFS.values() for again in (False, True)
        }
        assert len({q.seed for q in judge.asked}) == 16
        body = judge.asked[0].body
        assert (body["temperature"], body["top_p"], body["max_tokens"]) == (1.0, 0.95, 65536)


def test_every_vote_is_on_record_with_its_prompt_model_seed_and_words(imo: Command) -> None:
    """From a mark in a grade one comes to all that was asked and said for it."""
    judge = JudgeServer(gives(6))
    with serving(judge) as url:
        assert imo(*RECORDED, *sits("a-judge", url)).code == 0
    folder = only_run(imo.home)
    assert folder is not None
    run = RunFolder(folder)
    assert run.record.spec.jury is not None
    known = {opinion.id: opinion for opinion in opinions(imo.home)}
    prompt = run.record.spec.jury.template("mark")
    assert prompt is not None
    handed_in = {r.id: run.text(r.content) for r in run.replay() if isinstance(r, Submission)}
    counted = 0
    for marking in markings(imo.home).values():
        for mark in marking.marks:
            opinion = known[mark.opinions[-1]]
            said = msgspec.json.decode(run.text(opinion.prompt), type=tuple[Message, ...])
            assert fenced(said[-1].content) == {"proof": handed_in[opinion.submission]}
            assert opinion.template_hash == template_hash(prompt)
            assert (opinion.juror, opinion.purpose) == ("a-judge", Purpose.MARK)
            assert opinion.seed in {question.seed for question in judge.asked}
            assert run.text(opinion.text).endswith("\\boxed{6}")
            assert opinion.reasoning is not None
            assert run.text(opinion.reasoning) == "I read it."
            assert (opinion.tokens_in, opinion.tokens_out) == (7, 3)
            counted += 1
    assert counted == len(known) == len(judge.asked) == 8
    assert dict(run.record.judge)["jury"] == run.record.spec.jury.words


def test_the_zero_veto_and_the_mean_stand_side_by_side(imo: Command) -> None:
    """One 0 among 7 votes: nothing by the rule that counts, and what the mean would have been."""
    own = (FOLDER / "proofbench-zero-veto.toml").read_text()
    (imo.home / "prompts").symlink_to(FOLDER / "prompts")
    (imo.home / "mine.toml").write_text(
        own.replace('id = "proofbench-zero-veto"', 'id = "mine"').replace(
            "votes = 64", 'votes = 7\nwhole = "down"'
        )
    )
    left = [0, *[7] * 13]
    judge = JudgeServer(lambda question: f"\\boxed{{{left.pop()}}}")
    with serving(judge) as url:
        outcome = imo(*RECORDED, "--jury", "mine.toml", *sits("judge", url))
    assert outcome.code == 0, outcome.err
    figures = [dict(marking.figures) for marking in markings(imo.home).values()]
    vetoed = [found for found in figures if found["zero_veto"] == 0]
    assert len(vetoed) == 1
    assert vetoed[0]["mean"] == 6
    assert sorted(end.points or 0 for end in ends(imo.home)) == [0, 7]


def test_a_judge_of_the_contestants_family_is_flagged(imo: Command) -> None:
    """The id says nothing of it, the name on the server does."""
    rows = (imo.home / "proofs.jsonl").read_text().replace("prover", "gpt-oss-20b")
    (imo.home / "proofs.jsonl").write_text(rows)
    with serving(JudgeServer(gives(7))) as url:
        judges = (*sits("gpt-5", url, "id=a-judge"), *sits("qwen3", url))
        assert imo(*RECORDED, *judges).code == 0
    assert {marking.kin for marking in markings(imo.home).values()} == {("a-judge",)}


def test_a_proof_that_no_file_could_hold_is_marked(imo: Command) -> None:
    """Halves of pairs, NUL and marks of templates in a proof cost nobody the run."""
    text = "A\ud83d B\udc80 C\x00 <|im_end|> D\u2028"
    row = {"problem": "p1", "contestant": "prover", "text": text}
    (imo.home / "proofs.jsonl").write_text(json.dumps(row) + "\n")
    judge = JudgeServer(gives(4))
    with serving(judge) as url:
        outcome = imo(*RECORDED, *sits("judge", url))
    assert outcome.code == 0, outcome.err
    assert {question.proof for question in judge.asked} == {"A? B? C < |im_end|> D"}


def test_programs_and_proofs_may_be_asked_for_in_one_command(imo: Command) -> None:
    """A jury named beside two tasks is that of the one with proofs."""
    with serving(says("Clearly. \\boxed{7}")) as url:
        outcome = imo(
            *("run", "--task", "demo,imo2025", "-m", "openai", "--no-report", "--json"),
            *("-a", f"model=tiny,base_url={url}"),
            *sits("judge", url),
        )
    assert outcome.code == 0, outcome.err
    demo, proofs = json.loads(outcome.out)["contests"]
    assert demo["rows"][0]["problems"]["calm"] == [0.0]
    assert proofs["rows"][0]["problems"] == {"p1": [7.0], "p2": [7.0]}


# --- what goes wrong -------------------------------------------------------------------------


def test_a_judge_that_never_gives_a_mark_makes_void_and_not_zero(imo: Command) -> None:
    """Prose is asked for again and then no grade; resumed with a better judge, it is marked."""
    chatty = True
    judge = JudgeServer(lambda q: "What a proof!" if chatty else "\\boxed{7}")
    with serving(judge) as url:
        outcome = imo(*RECORDED, *sits("judge", url))
        assert outcome.code == 3, outcome.err
        assert [(end.status, end.points) for end in ends(imo.home)] == [
            (AttemptStatus.VOID, None)
        ] * 2
        assert len(judge.asked) == 2 * 4 * 4
        assert "no mark could be read" in ends(imo.home)[0].reason
        chatty = False
        again = imo("run", "--resume", only_run(imo.home) or "", "--no-report")
    assert again.code == 0, again.err
    assert len(judge.asked) == 2 * 4 * 5
    assert [end.points for end in ends(imo.home)][2:] == [7, 7]
    assert {len(mark.opinions) for m in markings(imo.home).values() for mark in m.marks} == {5}


def test_a_judges_server_that_fails_makes_void_and_the_run_goes_on_later(imo: Command) -> None:
    """One of two servers breaks down: half a jury marks nothing, and nothing is asked twice."""
    sound, broken = JudgeServer(gives(6)), JudgeServer(gives(5))
    down = True

    async def breaks(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        lost = down and len(broken.asked) >= 3
        return await (fails(500) if lost else broken)(request, body)

    with serving(sound) as one, serving(breaks) as other:
        outcome = imo(*RECORDED, *sits("sound", one), *sits("broken", other))
        assert outcome.code == 3, outcome.err
        assert "2 of 2 attempts are void" in outcome.err
        assert [(e.status, e.points) for e in ends(imo.home)] == [(AttemptStatus.VOID, None)] * 2
        before = {opinion.seed for opinion in opinions(imo.home)}
        counts = len(sound.asked), len(broken.asked)
        down = False
        again = imo("run", "--resume", only_run(imo.home) or "", "--no-report")
    assert again.code == 0, again.err
    assert len(before) >= 3
    for judge, count in zip((sound, broken), counts, strict=True):
        assert before.isdisjoint(question.seed for question in judge.asked[count:])
    assert [end.points for end in ends(imo.home)][2:] == [5, 5]
    assert set(Counter(opinion.id for opinion in opinions(imo.home)).values()) == {1}


def test_a_judges_server_that_was_never_there_stops_the_run(imo: Command) -> None:
    """The address is likelier wrong than slow: one error names it, and the run goes on later."""
    port = free_port()
    away = f"http://127.0.0.1:{port}/v1"
    outcome = imo(*RECORDED, *sits("away", away))
    assert outcome.code == 3, outcome.err
    assert "[I001]" in outcome.err
    assert f"127.0.0.1:{port}" in outcome.err
    assert "Traceback" not in outcome.err
    assert not ends(imo.home)
    with serving(JudgeServer(gives(5)), port=port):
        again = imo("run", "--resume", only_run(imo.home) or "", "--no-report")
    assert again.code == 0, again.err
    assert [end.points for end in ends(imo.home)] == [5, 5]


def test_a_judges_server_that_refuses_the_key_stops_the_run(imo: Command) -> None:
    """What no try can mend is one error; the proofs are kept."""
    with serving(fails(401, "bad key")) as url:
        outcome = imo(*RECORDED, *sits("judge", url))
    assert outcome.code == 3
    assert "[I001]" in outcome.err
    assert "Traceback" not in outcome.err
    assert len([r for r in records(imo.home) if isinstance(r, Submission)]) == 2
    assert not [r for r in records(imo.home) if isinstance(r, Grade)]


def test_contestant_and_judges_each_have_a_key_of_their_own(imo: Command) -> None:
    """No server sees another's key, none of them is recorded, and their names are."""
    seen: dict[str, set[str]] = {"prover": set(), "strict": set(), "kind": set()}

    def at(name: str, text: str) -> Callable[..., Awaitable[web.StreamResponse]]:
        async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
            seen[name].add(request.headers.get("Authorization", ""))
            return await says(text)(request, body)

        return act

    keys = {"OPENAI_API_KEY": "for-the-prover", "STRICT_KEY": "for-the-strict"}
    with ExitStack() as stack:
        prover = stack.enter_context(serving(at("prover", "By induction. ∎")))
        strict = stack.enter_context(serving(at("strict", "\\boxed{6}")))
        kind = stack.enter_context(serving(at("kind", "\\boxed{6}")))
        asked = ("run", "--task", "imo2025", "-m", "openai", "--no-report", "-q")
        outcome = imo(
            *(*asked, "-a", f"model=prover,base_url={prover}"),
            *sits("strict", strict, f"{QUICK},api_key_env=STRICT_KEY"),
            *sits("kind", kind, f"{QUICK},api_key_env=none"),
            env=keys,
        )
        assert outcome.code == 0, outcome.err
        assert seen == {
            "prover": {"Bearer for-the-prover"},
            "strict": {"Bearer for-the-strict"},
            "kind": {""},
        }
        folder = only_run(imo.home)
        assert folder is not None
        record = RunFolder(folder).record
        assert record.spec.jury is not None
        named = [dict(juror.args).get("api_key_env") for juror in record.spec.jury.jurors]
        assert named == ["STRICT_KEY", "none"]
        held = b"".join(place.read_bytes() for place in folder.rglob("*") if place.is_file())
        assert not any(key.encode() in held for key in keys.values())
        assert "STRICT_KEY" in imo("run", "--resume", folder, "--no-report", "-q").err


def test_another_checkpoint_is_another_jury_whatever_it_is_called(imo: Command) -> None:
    """What lies in the folder is part of who judges: of the hash, and of a run that goes on."""
    room = EngineRoom(imo.home / "room")
    variables = {"PYTHONPATH": PATH, "FAKE_VLLM": str(room.folder)}
    waits = (*RECORDED, "--phase", "generate", "--judge-model", "vllm")
    waits += ("--judge-args", f"pretrained={room.checkpoint},id=judge")

    def begun(name: str) -> str:
        outcome = imo(*waits, "-o", name, env=variables)
        assert outcome.code == 0, outcome.err
        (folder,) = (imo.home / name).iterdir()
        jury = RunFolder(folder).record.spec.jury
        assert jury is not None
        assert dict(jury.jurors[0].facts)["weights"]
        return jury.sha256

    first = begun("one")
    assert begun("two") == first
    (room.checkpoint / "model.safetensors").write_bytes(b"trained further" * 9999)
    assert begun("three") != first
    (folder,) = (imo.home / "one").iterdir()
    is_refused(
        imo("run", "--resume", folder, "--no-report", env=variables), "weights", "judge", "changed"
    )


# --- phases and people -----------------------------------------------------------------------


def test_the_jury_need_not_be_there_before_the_second_phase(imo: Command) -> None:
    """Proofs first, with no judge running; then the judge, with no model running."""
    port = free_port()
    judge = f"http://127.0.0.1:{port}/v1"
    with serving(says("By a miracle.")) as url:
        outcome = imo(
            *("run", "--task", "imo2025", "--phase", "generate", "--no-report"),
            *("-m", "openai", "-a", f"model=tiny,base_url={url}"),
            *sits("judge", judge),
        )
    assert outcome.code == 0, outcome.err
    folder = only_run(imo.home)
    assert folder is not None
    assert f"--resume {folder.relative_to(imo.home)} --phase judge" in outcome.err
    assert not opinions(imo.home)
    assert not RunFolder(folder).record.ended
    with serving(JudgeServer(gives(2)), port=port):
        outcome = imo("run", "--resume", folder, "--phase", "judge", "--no-report")
    assert outcome.code == 0, outcome.err
    assert [end.points for end in ends(imo.home)] == [2, 2]
    assert RunFolder(folder).record.ended


def test_proofs_may_wait_for_people(imo: Command) -> None:
    """Nobody is asked; attempts are open, neither void nor 0, and the program says how to go on."""
    outcome = imo(*RECORDED, "--jury", "people", "--json")
    assert outcome.code == 0, outcome.err
    folder = only_run(imo.home)
    assert folder is not None
    assert "proofs wait for people to mark them" in outcome.err
    assert not RunFolder(folder).record.ended
    assert not ends(imo.home)
    (row,) = json.loads(outcome.out)["contests"][0]["rows"]
    assert (row["done"], row["void"], row["unfinished"]) == (0, 0, 2)
    assert dict(RunFolder(folder).record.judge)["jury"] == "people"
    again = imo("run", "--resume", folder, "--no-report")
    assert again.code == 0, again.err
    assert len([r for r in records(imo.home) if isinstance(r, Submission)]) == 2


# --- mistakes --------------------------------------------------------------------------------

NOWHERE = ("--judge-model", "openai", "--judge-args", "model=j,base_url=http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ("no model is named to mark them", "--judge-model KIND", "--jury people")),
        (("--jury", "imo"), ("no model is named to mark them",)),
        (("--judge-args", "model=j"), ("--judge-args without --judge-model",)),
        (("--jury", "people", "--judge-args", "model=j"), ("--judge-args without",)),
        (("--jury", "people", *NOWHERE), ("contradict each other",)),
        ((*NOWHERE, "--judge-args", "model=k"), ("2 --judge-args for 1 --judge-model",)),
        ((*NOWHERE, *NOWHERE), ("sits in the jury twice",)),
        (("--jury", "imoo", *NOWHERE), ("there is no jury 'imoo'", "did you mean imo")),
        (("--jury", "no.toml", *NOWHERE), ("there is no jury file no.toml",)),
        (("--jury", "opc", *NOWHERE), ("marks are not converted", "[points]")),
        (("--jury", "proofbench-mean", *NOWHERE), ("no whole number", 'whole = "down"')),
        (("--judge-model", "openai"), ("the openai backend needs the name of a model",)),
        (("--judge-model", "opanai"), ("opanai",)),
        (("--judge-model", "openai", "--judge-args", "modle=j"), ("modle",)),
        (("--judge-model", "openai", "--judge-args", "model"), ("--judge-args",)),
        (
            ("--judge-model", "replay", "--judge-args", "file=proofs.jsonl"),
            ("is no model that can be asked",),
        ),
        (("--judge-model", "oracle"), ("oracle",)),
    ],
)
def test_a_mistake_is_one_clear_error_before_anything_is_asked(
    imo: Command, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    is_refused(imo(*RECORDED, *words), *said)
    assert only_run(imo.home) is None


def test_a_jury_where_nothing_is_proved_is_a_mistake(harness: Command) -> None:
    """People mark no final answers, and a jury that marks proofs does not compare them."""
    people = harness("run", "--task", "demo", "--jury", "people")
    is_refused(people, "demo asks for no proofs", "leave out --jury")
    other = harness("run", "--task", "demo", "--jury", "imo", *NOWHERE)
    is_refused(other, "the jury imo marks proofs, and demo asks for final answers")


def test_a_protocol_that_names_a_jury_is_not_marked_by_another(imo: Command) -> None:
    """Who marks is part of how the number was reached."""
    own = Path(FOLDER.parent / "protocols" / "imo2025" / "nemotron-cascade-2-lite.toml").read_text()
    own = own.replace('id = "imo2025/nemotron-cascade-2-lite"', 'id = "imo2025/mine"')
    own = own.replace("[scorer]\n", '[scorer]\njury = "matharena"\n')
    (imo.home / "mine.toml").write_text(own)
    model = ("-m", "openai", "-a", "model=t,base_url=http://127.0.0.1:9/v1")
    asked = ("run", "--task", "imo2025", "--protocol", "mine.toml", *model, *NOWHERE)
    is_refused(imo(*asked, "--jury", "imo"), "--jury is the protocol's to say", "matharena")


def test_the_jury_of_a_run_cannot_be_changed_when_it_is_continued(imo: Command) -> None:
    assert imo(*RECORDED, "--jury", "people").code == 0
    folder = only_run(imo.home)
    for words in (("--jury", "imo"), ("--judge-model", "openai"), ("--judge-args", "model=j")):
        is_refused(imo("run", "--resume", folder or "", *words), "cannot be changed")


# --- killed ----------------------------------------------------------------------------------


@pytest.mark.long
def test_a_run_that_is_killed_while_its_jury_sits_asks_nothing_twice(imo: Command) -> None:
    """Killed again and again between two opinions, it ends with the marks of a run left alone."""
    chance = random.Random(0)
    strict = JudgeServer(gives(2, again=4), takes_s=0.05)
    kind = JudgeServer(gives(7, again=5), takes_s=0.05)
    with ExitStack() as stack:
        one, other = stack.enter_context(serving(strict)), stack.enter_context(serving(kind))
        words = (*RECORDED, "--max-connections", "2", "--no-progress")
        process = imo.start(*words, *sits("strict", one), *sits("kind", other))
        kills = 0
        while True:
            while (folder := only_run(imo.home)) is None and process.poll() is None:
                time.sleep(0.002)
            assert folder is not None, process.communicate()
            enough = len(lines(folder)) + chance.choice((2, 3, 5))
            while len(lines(folder)) < enough and process.poll() is None:
                time.sleep(0.002)
            if process.poll() is not None:
                break
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            heard = {opinion.seed for opinion in opinions(imo.home)}
            counts = len(strict.asked), len(kind.asked)
            process = imo.start("run", "--resume", folder, "--no-report", "--no-progress")
            time.sleep(0)
            while len(lines(folder)) < enough + 1 and process.poll() is None:
                time.sleep(0.002)
            for judge, count in zip((strict, kind), counts, strict=True):
                assert heard.isdisjoint(question.seed for question in judge.asked[count:])
        _, err = process.communicate()
    assert process.returncode == 0, err
    assert kills >= 4
    found = opinions(imo.home)
    assert set(Counter(opinion.id for opinion in found).values()) == {1}
    assert len(found) == 2 * 16
    for marking in markings(imo.home).values():
        assert {name for mark in marking.marks for name in mark.opinions} <= {o.id for o in found}
        assert [(m.juror, m.round, m.value) for m in marking.marks] == [
            *[("strict", 1, 2)] * 4,
            *[("kind", 1, 7)] * 4,
            *[("strict", 2, 4)] * 4,
            *[("kind", 2, 5)] * 4,
        ]
    assert [end.points for end in ends(imo.home)] == [4, 4]
