"""Rounds of candidates: one is handed in for each unsolved subtask, and the next round is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from harness.backend import Reply, Request
from harness.errors import ConfigError, UsageError
from harness.plugins import load_strategy
from harness.store import LOG, RunWriter
from harness.strategies.rounds import Rounds
from harness.strategy import Ceiling
from harness.types import FeedbackLevel, NoteKind, Template
from tests.fakes.scripted import ScriptedBackend, start_run
from tests.fakes.scripted_code import code_contest, code_problem, play, play_on, program

TWO = Rounds(per_round=2, max_rounds=5)
FAIL = "large=0 small=0"


def part_of(request: Request) -> str:
    """Return the subtask that a question is about."""
    asked = request.messages[-1].content
    return "small" if "subtask 1 (small)" in asked else "large"


def scripted(answers: dict[str, list[str]], *, trace: int = 1) -> Callable[[Request], Reply]:
    """Answer the questions about each subtask in turn, the last answer for ever."""
    turns = dict.fromkeys(answers, 0)

    def say(request: Request) -> Reply:
        part = part_of(request)
        said = answers[part][min(turns[part], len(answers[part]) - 1)]
        turns[part] += 1
        return program(f"{said} for={part} n={request.turn}", trace=trace)

    return say


def test_each_unsolved_subtask_gets_its_candidates_and_one_submission_a_round(
    tmp_path: Path,
) -> None:
    """Known best play: small is solved in the first round, large in the third; nothing after."""
    say = scripted({"small": ["small=1"], "large": [FAIL, FAIL, FAIL, FAIL, "large=1"]})
    done = play(tmp_path, TWO, say)
    # Round 1 asks 2 + 2 and hands in 1 + 1; rounds 2 and 3 ask 2 and hand in 1, for large.
    assert [part_of(request) for request in done.backend.asked] == [
        "small", "small", "large", "large", "large", "large", "large", "large",
    ]  # fmt: skip
    assert [text.rpartition("for=")[2].split()[0] for text in done.handed_in] == [
        "small", "large", "large", "large",
    ]  # fmt: skip
    assert done.points == 100.0


def test_nemotron_cascade_spends_what_its_paper_says(tmp_path: Path) -> None:
    """40 candidates in 50 rounds make 2,000 a subtask, and 78,000 for the 39 of IOI 2025."""
    assert Rounds().ceiling(1) == Ceiling(generations=2000)
    assert Rounds().ceiling(39).generations == 78_000
    assert Rounds(per_round=20).ceiling(39).generations == 39_000
    done = play(
        tmp_path,
        Rounds(per_round=20, target="task"),
        lambda request: program(f"all=0 n={request.turn}"),
        code_contest(limit=None),
    )
    assert (len(done.backend.asked), len(done.handed_in)) == (1000, 50)


def test_one_subtask_may_be_solved_by_the_submission_for_another(tmp_path: Path) -> None:
    """A submission counts for all: what it solves beside its own is not asked for again."""
    done = play(tmp_path, TWO, scripted({"small": ["small=0"], "large": ["all=1"]}))
    assert (len(done.backend.asked), done.points) == (4, 100.0)


def test_a_classic_subtask_shows_its_last_failures(tmp_path: Path) -> None:
    """Up to five of its own, the most recent, each with its verdict; none of its siblings'."""
    say = scripted({"small": ["small=1"], "large": [FAIL]})
    done = play(tmp_path, Rounds(per_round=1, max_rounds=8), say)
    last = done.prompts[-1]
    assert last.count("Submission ") == 5
    assert all(f"n={n}" in last for n in (4, 5, 6, 7))
    assert "n=1\n" not in last  # the first failure is the sixth from the end
    assert "WA, 0 of 60 points" in last
    assert "win a part of the points" not in last


def test_a_subtask_with_partial_scores_shows_its_best(tmp_path: Path) -> None:
    """Once a part of the points was seen, up to three are shown, the best first."""
    shares = ["large=0", "large=0.1", "large=0.5", "large=0.3", "large=0.2", "large=0.2"]
    say = scripted({"small": ["small=1"], "large": shares})
    done = play(tmp_path, Rounds(per_round=1, max_rounds=6), say)
    last = done.prompts[-1]
    entries = [line for line in last.splitlines() if line.startswith("Submission ")]
    assert [line.partition(": ")[2].split(" of ")[0] for line in entries] == [
        "WA, 30", "WA, 18", "WA, 12",
    ]  # fmt: skip
    assert "so far 30 of them" in last


@pytest.mark.parametrize(("scoring", "word"), [("classic", "did not win"), ("partial", "best")])
def test_a_setting_may_say_which_subtasks_are_partial(
    tmp_path: Path, scoring: str, word: str
) -> None:
    """What feedback alone would leave open can be said."""
    say = scripted({"small": ["small=1"], "large": ["large=0.5"]})
    done = play(tmp_path, load_strategy("rounds", {
        "scoring": scoring, "per_round": 1, "max_rounds": 2,
    }), say)  # fmt: skip
    assert word in done.prompts[-1]


def test_solved_subtasks_lend_their_program(tmp_path: Path) -> None:
    """The code of a solved sibling is in the question, of one that scores high by a setting."""
    answers = {"small": ["small=0.5"], "large": ["large=1"]}
    done = play(tmp_path / "a", Rounds(per_round=1, max_rounds=2), scripted(answers))
    assert "Subtask 2 (large): 60 of 60 points" in done.prompts[-1]
    assert "large=1 for=large" in done.prompts[-1]
    lent = {"small": ["small=0.8"], "large": ["large=0"]}
    for share, shown in ((1.0, False), (0.75, True)):
        strategy = Rounds(per_round=1, max_rounds=2, siblings=share)
        done = play(tmp_path / str(share), strategy, scripted(lent))
        assert ("Subtask 1 (small): 32 of 40" in done.prompts[-1]) is shown


def test_candidates_that_fail_the_samples_or_have_no_code_are_not_handed_in(
    tmp_path: Path,
) -> None:
    """A round whose candidates all fail hands in nothing, and the next one asks again."""

    def say(request: Request) -> Reply:
        if request.turn < 2:
            return program("all=1 sample=no")
        return program(f"all=1 n={request.turn}")

    done = play(tmp_path, Rounds(per_round=2, target="task"), say)
    assert (len(done.backend.asked), len(done.handed_in), done.points) == (4, 1, 100.0)


def test_what_was_handed_in_is_not_handed_in_again(tmp_path: Path) -> None:
    """The next best candidate goes in; a round with nothing new spends no submission."""

    def say(request: Request) -> Reply:
        return program("n=1" if request.turn % 2 else "n=2", trace=request.turn % 2)

    done = play(tmp_path, Rounds(per_round=2, max_rounds=4, target="task"), say)
    assert done.handed_in == ["n=1", "n=2"]
    assert len(done.backend.asked) == 8


@pytest.mark.parametrize(
    ("order", "aims"),
    [
        ("fewest", ["small", "large", "small", "large"]),
        ("listed", ["small", "small", "small", "small"]),
        ("last", ["large", "large", "large", "large"]),
        ("missing", ["large", "large", "large", "large"]),
    ],
)
def test_the_order_says_who_gets_the_submission(
    tmp_path: Path, order: str, aims: list[str]
) -> None:
    """With one submission a round, and only four, the setting chooses the subtask."""
    strategy = load_strategy("rounds", {"per_round": 1, "a_round": 1, "order": order})
    say = scripted({"small": ["all=0"], "large": ["all=0"]})
    done = play(tmp_path, strategy, say, code_contest(limit=4))
    assert [text.rpartition("for=")[2].split()[0] for text in done.handed_in] == aims
    assert NoteKind.LIMIT not in {note.kind for note in done.only.notes}


def test_when_submissions_are_short_only_those_that_get_one_are_asked_for(
    tmp_path: Path,
) -> None:
    """The limit of a task is shared by its subtasks, and the rounds end with it."""
    say = scripted({"small": ["all=0"], "large": ["all=0"]})
    done = play(tmp_path, Rounds(per_round=3), say, code_contest(limit=3))
    assert (len(done.backend.asked), len(done.handed_in)) == (9, 3)


@pytest.mark.parametrize(
    ("selector", "picked"), [("longest", "n=1"), ("shortest", "n=2"), ("tail-confidence", "n=0")]
)
def test_the_selector_picks_one(tmp_path: Path, selector: str, picked: str) -> None:
    """By the length of the thoughts, or by what the model was surest of at the end."""
    lengths, sure = (5, 9, 1), (3.0, 2.0, None)

    def say(request: Request) -> Reply:
        reply = program(f"all=1 n={request.turn}", trace=lengths[request.turn])
        return msgspec.structs.replace(reply, confidence=sure[request.turn])

    strategy = load_strategy("rounds", {"per_round": 3, "target": "task", "selector": selector})
    backend = ScriptedBackend(say)
    backend.gives_confidence = True  # type: ignore[attr-defined]
    with start_run(tmp_path / "run", backend, code_contest()) as writer:
        assert play_on(writer, backend, strategy).handed_in == [f"all=1 {picked}"]


def test_confidence_without_log_probabilities_is_refused_before_anything_is_asked(
    tmp_path: Path,
) -> None:
    """The run stops and says which selectors there are."""
    asked: list[Request] = []
    with pytest.raises(ConfigError, match="log-probabilities") as refused:
        play(tmp_path, Rounds(selector="tail-confidence"), lambda r: asked.append(r) or program(""))
    assert "selector=longest" in refused.value.hint
    assert asked == []


def test_without_feedback_the_rounds_go_on_blind(tmp_path: Path) -> None:
    """Nothing is told, so nothing is known to be solved, and what was handed in is shown."""
    of = code_contest(feedback=FeedbackLevel.NONE, limit=6)
    say = scripted({"small": ["all=1"], "large": ["all=1"]})
    done = play(tmp_path, Rounds(per_round=1), say, of)
    assert len(done.handed_in) == 6
    assert "verdict not told, ? of 60 points" in done.prompts[-1]


def test_at_an_icpc_the_rounds_end_when_it_is_accepted(tmp_path: Path) -> None:
    """A problem without subtasks is one target; the compiler's words are in the next question."""
    said = ["compile=no", "all=0", "all=1", "all=1"]
    of = code_contest(
        code_problem(subtasks={}), rules="icpc", limit=None, feedback=FeedbackLevel.VERDICT
    )
    strategy = Rounds(per_round=1, samples=False)
    done = play(tmp_path, strategy, lambda r: program(f"{said[r.turn]} n={r.turn}"), of)
    assert len(done.handed_in) == 3
    assert "CE, 0 of 1 points. expected ;" in done.prompts[1]


def test_a_protocol_replaces_the_question_by_its_name(tmp_path: Path) -> None:
    """The template ``round`` is a protocol's to word: it gets history, siblings and the problem."""
    text = "{{statement}} | {{subtask}} {{points}} {{held}} | {{history}} | {{solved}}"
    say = scripted({"small": ["small=1"], "large": ["large=0"]})
    done = play(
        tmp_path,
        Rounds(per_round=1, max_rounds=2),
        lambda request: say(request),
        templates=(Template(name="round", text=text),),
    )
    assert done.prompts[0] == "Solve one. | small 40 0 |  | "


@pytest.mark.parametrize("kept", [1, 6, 13, 22, 31])
def test_an_attempt_that_was_cut_is_taken_up_where_it_was(tmp_path: Path, kept: int) -> None:
    """From a log of so many lines, the same rounds follow and no question is asked twice."""

    def say(request: Request) -> Reply:
        share = 0.1 * (request.turn % 7)
        return program(f"large={share:.1f} small={request.turn % 2} n={request.turn}")

    strategy = Rounds(per_round=2, max_rounds=3, selector="random")
    whole = play(tmp_path, strategy, say)
    asked = whole.prompts
    log = tmp_path / "run" / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    before = sum(b'"generation"' in line[:30] for line in lines[:kept])
    log.write_bytes(b"".join(lines[:kept]))
    with RunWriter(tmp_path / "run") as writer:
        again = play_on(writer, ScriptedBackend(say), strategy)
    assert again.handed_in == whole.handed_in
    assert set(again.prompts) <= set(asked)
    assert len(again.prompts) == len(asked) - before
    assert again.points == whole.points


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"per_round": "0"}, "per_round is 0"),
        ({"max_rounds": "0"}, "max_rounds is 0"),
        ({"recent": "-1"}, "recent is -1"),
        ({"stop": "2"}, "share of the points"),
        ({"selector": "best"}, "best"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, str], said: str) -> None:
    """A mistake is found before anything is asked."""
    with pytest.raises(UsageError, match=said):
        load_strategy("rounds", settings)
