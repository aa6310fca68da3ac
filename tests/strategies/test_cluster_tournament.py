"""What ``cluster-tournament`` asks for and hands in, against a model whose best play is known."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backend import Reply, Request
from harness.errors import UsageError
from harness.plugins import load_strategy
from harness.store import LOG, RunFolder
from harness.strategies.cluster_tournament import ClusterTournament
from harness.strategy import Ceiling
from harness.types import AttemptEnd, FeedbackLevel, FinishReason, Generation, Note, NoteKind, Trial
from tests.fakes.own_programs import OwnPrograms, WordTask, code_contest, code_problem, play
from tests.fakes.scripted import ScriptedBackend

PROGRAMS = {
    "easy": ["e0 right", "e1 wrong", "e2 right", "e3 broken"],
    "hard": ["h0 right", "h1 wrong", "h2 wrong", "h3 mute"],
}
"""What the model writes for a subtask. One does not compile, and one never prints anything."""

THOUGHTS = {"e0": 5, "e1": 9, "e2": 7, "e3": 99, "h0": 3, "h1": 8, "h2": 6, "h3": 50}
"""How long it thinks about each."""

POINTS = {"easy": 40.0, "hard": 60.0}
K, GENERATORS, VALIDATORS = 4, 3, 4
SETTINGS: dict[str, Any] = {
    "candidates": K,
    "generators": GENERATORS,
    "validators": VALIDATORS,
    "games": 2,
}
ALL = ["h0", "e2", "h1", "e1", "h2", "e0"]
"""By turns from the hard subtask; a cluster's longest trace first; the winning cluster first, and
one program of each in a lap."""


def prints(program: str, given: bytes) -> bytes | None:
    """Return what the model's programs print: candidates, generators, validators."""
    match program.split():
        case [_, "right"]:
            return b"7 of " + given
        case [_, "wrong"]:
            return b"8"
        case ["generator", printed]:
            return printed.encode()
        case ["validator", "strict"]:
            return b"INVALID" if b"bad" in given else b"VALID"
        case ["validator", "lax"]:
            return b"VALID"
    return None


def kind_of(request: Request) -> tuple[str, str]:
    """Return what a question asks for, and of which subtask."""
    text = request.messages[-1].content
    heads = {"makes test inputs": "generator", "checks test inputs": "validator"}
    heads |= {"Two programs": "duel", "A program was": "score"}
    kind = next((kind for head, kind in heads.items() if head in text[:200]), "solve")
    part = re.search(r"Only subtask (\w+) is meant", text)
    return kind, part.group(1) if part else ""


def shown(request: Request) -> list[str]:
    """Return the programs that a judge is shown, as a judge would find them."""
    text = request.messages[-1].content
    mark = re.findall(r"the mark `(\w+)`", text)[0]
    return re.findall(rf"<<<<< begin program ?\w? {mark}\n(.*?)\n>>>>> end", text, re.DOTALL)


def prefers_right(programs: Sequence[str]) -> str:
    return f"I looked.\nVERDICT: {'B' if 'wrong' in programs[0] else 'A'}"


def model(
    judge: Callable[[Sequence[str]], str] = prefers_right,
    inputs: Sequence[str] = ("in-0", "in-1", "bad"),
) -> Callable[[Request], Reply]:
    """Return a model; what it says depends on the question and its number alone."""

    def reply(request: Request) -> Reply:
        kind, part = kind_of(request)
        helper = (request.turn - K * len(POINTS)) % (GENERATORS + VALIDATORS)
        match kind:
            case "solve":
                program = PROGRAMS[part or "easy"][request.turn % K]
                text, fence = program, "cpp"
            case "generator":
                text, fence = f"generator {inputs[helper]}", "python"
            case "validator":
                strict = helper < GENERATORS + VALIDATORS - 1
                text, fence = f"validator {'strict' if strict else 'lax'}", "python"
            case _:
                return Reply(text=judge(shown(request)), finish_reason=FinishReason.STOP)
        return Reply(
            text=f"Here:\n```{fence}\n{text}\n```\n",
            reasoning="." * THOUGHTS.get(text.split()[0], 1),
            finish_reason=FinishReason.STOP,
        )

    return reply


class Played:
    """One attempt, from its start or continued, and what came of it."""

    def __init__(
        self,
        place: Path,
        *,
        said: Callable[[Request], Reply] | None = None,
        solves: Callable[[str], Sequence[str]] = lambda _: (),
        subtasks: dict[str, float] | None = None,
        silent: bool = False,
        languages: Sequence[str] = ("cpp", "python3"),
        limit: int | None = 50,
        rules: str = "ioi",
        feedback: FeedbackLevel = FeedbackLevel.OI_RESTRICTED,
        **changed: Any,
    ) -> None:
        problem = code_problem(POINTS if subtasks is None else subtasks)
        self.task = WordTask(code_contest(problem, limit, rules, feedback), solves)
        self.backend = ScriptedBackend(said or model())
        self.trials = OwnPrograms(prints, languages)
        self.trials.silent = silent
        strategy = load_strategy("cluster-tournament", {**SETTINGS, **changed})
        assert isinstance(strategy, ClusterTournament)
        self.ceiling = strategy.ceiling(problem.parts)
        self.run = play(place, self.task, self.backend, strategy, self.trials)
        self.records = tuple(RunFolder(place).replay())

    @property
    def submitted(self) -> list[str]:
        """Names of the programs handed in, in order."""
        return [program.split()[0] for program in self.task.handed_in]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What was asked, in the order of the questions' numbers."""
        return [kind_of(r) for r in sorted(self.backend.asked, key=lambda r: r.turn)]

    @property
    def notes(self) -> list[tuple[NoteKind, str]]:
        return [(r.kind, r.text) for r in self.records if isinstance(r, Note)]

    @property
    def end(self) -> AttemptEnd:
        (end,) = (r for r in self.records if isinstance(r, AttemptEnd))
        return end


def test_it_asks_stage_by_stage_and_hands_in_by_turns(tmp_path: Path) -> None:
    """Questions come in this order and number; then what compiles and prints is handed in."""
    played = Played(tmp_path / "run")
    helpers = [("generator", GENERATORS), ("validator", VALIDATORS)]
    assert played.asked == [
        *(("solve", part) for part in POINTS for _ in range(K)),
        *((kind, part) for part in POINTS for kind, count in helpers for _ in range(count)),
        *(("duel", part) for part in POINTS for _ in range(2)),
    ]
    assert played.submitted == ALL
    assert played.notes == []


def test_programs_run_on_the_inputs_that_validators_accept(tmp_path: Path) -> None:
    """Generators and validators run in Python; what one of four validators accepts is not used."""
    played = Played(tmp_path / "run")
    for key, program, inputs in played.trials.runs:
        if program.startswith("generator"):
            assert key == "python3"
            assert re.fullmatch(rb"\d+\n", inputs[0])
        elif program.startswith("validator"):
            assert (key, inputs) == ("python3", (b"in-0", b"in-1", b"bad"))
        elif inputs:
            assert (key, inputs) == ("cpp", (b"in-0", b"in-1"))
    assert Counter(program.split()[0] for _, program, _ in played.trials.runs)["validator"] == 8


def test_without_python_the_helpers_are_asked_for_in_cpp(tmp_path: Path) -> None:
    """The prompts name the language that this machine runs, and so do the runs."""
    said = model()

    def in_cpp(request: Request) -> Reply:
        reply = said(request)
        if kind_of(request)[0] in ("generator", "validator"):
            assert "C++20" in request.messages[-1].content
        return Reply(
            text=reply.text.replace("```python", "```cpp"),
            reasoning=reply.reasoning,
            finish_reason=reply.finish_reason,
        )

    played = Played(tmp_path / "run", said=in_cpp, languages=("cpp",))
    assert played.submitted == ALL
    assert {key for key, _, _ in played.trials.runs} == {"cpp"}


def test_a_solved_subtask_has_no_more_turns_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Whatever a program was meant for, what it solves counts; when all are solved it stops."""
    solves = {"h0 right": ["hard"], "e1 wrong": ["easy"]}
    played = Played(tmp_path / "one", solves=lambda text: solves.get(text.strip(), ()))
    assert played.submitted == ["h0", "e2", "e1"]
    assert (played.end.points, played.end.submissions) == (100.0, 3)
    solves = {"e2 right": ["hard"]}
    played = Played(tmp_path / "other", solves=lambda text: solves.get(text.strip(), ()))
    assert played.submitted == ["h0", "e2", "e1", "e0"]
    solves = {"h0 right": ["easy", "hard"]}
    assert Played(tmp_path / "all", solves=lambda t: solves.get(t.strip(), ())).submitted == ["h0"]


def test_the_limit_of_the_problem_ends_it(tmp_path: Path) -> None:
    """The contest's limit and the strategy's own both hold, and nothing is tried beyond them."""
    for name, limit, own in (("contest", 3, 50), ("own", 50, 3), ("contest alone", 3, None)):
        played = Played(tmp_path / name, limit=limit, submissions=own)
        assert played.submitted == ALL[:3]
        assert played.notes == []


def test_under_other_rules_it_stops_when_it_is_solved(tmp_path: Path) -> None:
    """A problem without subtasks is asked for with the task's own prompt, and done at AC."""
    played = Played(
        tmp_path / "run",
        subtasks={},
        rules="icpc",
        limit=None,
        feedback=FeedbackLevel.VERDICT,
        said=one_part,
        solves=lambda text: ("",) if text.startswith("e1") else (),
    )
    assert played.submitted == ["e2", "e1"]
    assert played.end.points == 100.0
    questions = [r.messages[-1].content for r in played.backend.asked if r.turn < K]
    assert questions == ["Say the right word."] * K


def one_part(request: Request) -> Reply:
    """Answer as to a problem whose only part is the easy one."""
    if kind_of(request)[0] not in ("generator", "validator"):
        return model()(request)
    return model()(
        Request(
            contestant=request.contestant,
            problem=request.problem,
            sample=request.sample,
            turn=request.turn + K,
            messages=request.messages,
            sampling=request.sampling,
            seed=request.seed,
        )
    )


@pytest.mark.parametrize(
    ("changed", "order"),
    [
        ({"selection": "cluster-size"}, ["h1", "e2", "h0", "e1", "h2", "e0"]),
        ({"selection": "cluster-majority"}, ["h1", "e2", "h2", "e0", "h0", "e1"]),
        ({"selection": "longest"}, ["h3", "e1", "h1", "e2", "h2", "e0", "h0"]),
        ({"selection": "score"}, ALL),
        ({"visits": "exhaust"}, ["h0", "e2", "h1", "e0", "h2", "e1"]),
        ({"representative": "random"}, ALL),
    ],
)
def test_what_selects_decides_the_order(
    tmp_path: Path, changed: dict[str, str], order: list[str]
) -> None:
    """Each ablation of the paper is a setting; those without clusters keep what prints nothing."""

    def judge(programs: Sequence[str]) -> str:
        if len(programs) == 2:
            return prefers_right(programs)
        return f"SCORE: {10 if 'wrong' in programs[0] else 90}"

    played = Played(tmp_path / "run", said=model(judge), **changed)
    assert played.submitted == order
    asked = Counter(kind for kind, _ in played.asked)
    wanted = {"longest": 0, "cluster-size": 14, "cluster-majority": 14, "score": 14 + 8}
    assert asked.total() - asked["solve"] == wanted.get(changed.get("selection", ""), 14 + 4)


def test_a_random_order_is_drawn_once_for_all(tmp_path: Path) -> None:
    """What compiles is handed in, in an order that is the same in every run with that seed."""
    orders = [Played(tmp_path / name, selection="random").submitted for name in "ab"]
    assert orders[0] == orders[1]
    assert Counter(orders[0]) == Counter(["e0", "e1", "e2", "h0", "h1", "h2", "h3"])


def test_the_order_of_presentation_decides_nothing(tmp_path: Path) -> None:
    """A judge that always prefers what it is shown first leaves the clusters equal."""
    played = Played(tmp_path / "run", said=model(lambda _: "VERDICT: A"))
    assert played.submitted == ["h1", "e1", "h0", "e2", "h2", "e0"], "by trace"
    assert played.notes == []


def test_what_gives_no_verdict_counts_for_nobody_and_is_counted(tmp_path: Path) -> None:
    """Clusters without a win rank by trace; a reader learns how many duels that concerned."""
    played = Played(tmp_path / "run", said=model(lambda _: "A is better."))
    assert played.submitted == ["h1", "e1", "h0", "e2", "h2", "e0"]
    assert played.notes == [(NoteKind.UNREAD, "4 of 4 duels gave no verdict")]

    def cut(request: Request) -> Reply:
        reply = model()(request)
        long = kind_of(request) == ("duel", "hard")
        reason = FinishReason.LENGTH if long else FinishReason.STOP
        return Reply(text=reply.text, reasoning=reply.reasoning, finish_reason=reason)

    played = Played(tmp_path / "cut", said=cut)
    assert played.submitted == ["h1", "e2", "h0", "e1", "h2", "e0"]
    assert (NoteKind.UNREAD, "2 of 4 duels gave no verdict") in played.notes


def test_programs_that_print_nothing_of_their_own_are_clusters_of_one(tmp_path: Path) -> None:
    """Of a problem that communicates no inputs are made; every program plays for itself."""
    played = Played(tmp_path / "run", silent=True)
    assert Counter(kind for kind, _ in played.asked) == {"solve": 8, "duel": 3 + 4}
    assert Counter(played.submitted) == Counter(["e0", "e1", "e2", "h0", "h1", "h2", "h3"])
    ((kind, text),) = played.notes
    assert kind is NoteKind.UNCLUSTERED
    assert "nothing is printed" in text


def test_without_an_accepted_input_programs_are_clusters_of_one(tmp_path: Path) -> None:
    """A model that cannot write valid inputs still has its programs handed in, with a note."""
    played = Played(tmp_path / "run", said=model(inputs=["bad", "bad", "bad"]))
    assert len(played.submitted) == 7
    assert sorted(played.notes) == [
        (NoteKind.UNCLUSTERED, f"{part}: the validators accepted none of the inputs that were made")
        for part in POINTS
    ]


def test_it_says_the_most_it_can_spend(tmp_path: Path) -> None:
    """The ceiling is reached when everything compiles and nothing is alike, and else not."""
    paper = ClusterTournament().ceiling(39)
    assert paper == Ceiling(generations=195_000, questions=39 * (200 + 25_000))
    played = Played(tmp_path / "run", said=model())
    assert len(played.backend.asked) < played.ceiling.generations + played.ceiling.questions

    def unlike(request: Request) -> Reply:
        reply = model()(request)
        text = reply.text.replace("broken", "right").replace("mute", "right")
        return Reply(text=text, reasoning=reply.reasoning, finish_reason=reply.finish_reason)

    problem = code_problem(POINTS)
    task = WordTask(code_contest(problem), lambda _: ())
    backend = ScriptedBackend(unlike)
    own = OwnPrograms(lambda text, given: prints(text, given) if "or " in text else text.encode())
    for games in (2, 3):
        strategy = ClusterTournament(**{**SETTINGS, "games": games})
        backend.asked.clear()
        play(tmp_path / f"unlike {games}", task, backend, strategy, own)
        most = strategy.ceiling(2)
        assert len(backend.asked) == most.generations + most.questions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("candidates", "0"),
        ("games", "0"),
        ("acceptance", "1.5"),
        ("acceptance", "0"),
        ("validators", "0"),
        ("submissions", "0"),
        ("selection", "best"),
        ("helper_language", "cobol"),
    ],
)
def test_settings_that_mean_nothing_are_refused(name: str, value: str) -> None:
    """A number out of range or a word that is no choice is a mistake of the user's, by name."""
    with pytest.raises(UsageError, match=f"cluster-tournament.*({name}|at least 1)"):
        load_strategy("cluster-tournament", {name: value})
    assert load_strategy("cluster-tournament", {"submissions": "null", "acceptance": "0.75"})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Played]:
    """Return an attempt that was not cut, and where it is."""
    place = tmp_path_factory.mktemp("whole") / "run"
    return place, Played(place)


@pytest.mark.long
@settings(max_examples=15)
@given(share=st.floats(min_value=0, max_value=1))
def test_a_log_cut_anywhere_is_continued_the_same_way(
    tmp_path_factory: pytest.TempPathFactory, whole: tuple[Path, Played], share: float
) -> None:
    """No question that was answered is asked again, no program run again; the end is the same."""
    base = tmp_path_factory.mktemp("cut")
    place, uncut = whole
    shutil.copytree(place, base / "cut")
    log = base / "cut" / LOG
    log.write_bytes(log.read_bytes()[: int(log.stat().st_size * share)])
    kept = tuple(RunFolder(base / "cut").replay())
    again = Played(base / "cut")
    numbers = {r.ordinal for r in kept if isinstance(r, Generation)}
    assert {r.turn for r in again.backend.asked} == {r.turn for r in uncut.backend.asked} - numbers
    asked = {r.turn: r for r in uncut.backend.asked}
    assert all(request == asked[request.turn] for request in again.backend.asked)
    trials = [r.id for r in uncut.records if isinstance(r, Trial)]
    both = [r.id for r in again.records if isinstance(r, Trial)]
    assert len(both) == len(set(both))
    assert set(both) == set(trials)
    assert again.end == uncut.end
    handed_in = uncut.submitted
    assert again.submitted == handed_in[len(handed_in) - len(again.submitted) :]
