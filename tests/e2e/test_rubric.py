"""``harness rubric draft``: a model proposes a marking scheme, and nothing is marked by it yet."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.e2e.test_jury import QUICK
from tests.fakes.command import Command, Outcome
from tests.fakes.openai_server import Act, fails, says, serving

SOLUTION = "Let $d$ be the largest divisor. UNIQUE-TO-THE-SOLUTION"
SCHEME = (
    "<think>POINTS 7: all at once?</think>The bound is the hard part.\n\n"
    'POINTS 2: The answer $k = 3$, "with" a construction for $\\frac{1}{2}$.\n'
    "POINTS 5: Показать, что больше нельзя.\n"
)


@pytest.fixture
def imo(harness: Command) -> Command:
    """Return the program with a problem that has a solution, and one that has none."""
    home = harness.home / "in"
    (home / "p1").mkdir(parents=True)
    (home / "p1" / "statement.md").write_text("Find all $k$.")
    (home / "p1" / "solution.md").write_text(SOLUTION)
    (home / "p2.md").write_text("Prove it.")
    assert harness("data", "add", "imo2025", home).code == 0
    return harness


def draft(imo: Command, url: str, *more: str, problem: str = "imo2025/p1") -> Outcome:
    args = f"model=drafter,base_url={url},{QUICK}"
    return imo("rubric", "draft", problem, "--judge-model", "openai", "--judge-args", args, *more)


def test_a_draft_is_written_and_counts_only_once_a_person_approved_it(imo: Command) -> None:
    """The file says that nobody stands for it; brought in so it is not used, approved it is."""
    with serving(says(SCHEME)) as url:
        outcome = draft(imo, url, "-o", "rubric.toml")
    assert outcome.code == 0, outcome.err
    assert "2 items for 7 points, drafted by drafter; not approved" in outcome.out
    assert "set approved = true" in outcome.out
    place = imo.home / "rubric.toml"
    text = place.read_text()
    assert text.startswith("# Nobody has approved this marking scheme")
    found = tomllib.loads(text)
    assert found["approved"] is False
    assert found["source"].startswith("drafted by drafter from the reference solution (prompt ")
    assert [(item["points"], item["text"]) for item in found["items"]] == [
        (2, 'The answer $k = 3$, "with" a construction for $\\frac{1}{2}$.'),
        (5, "Показать, что больше нельзя."),
    ]
    beside = imo.home / "rubrics" / "p1"
    beside.mkdir(parents=True)
    (beside / "rubric.toml").write_text(text)
    added = imo("data", "add", "imo2025", imo.home / "rubrics").out
    assert "its rubric.toml is not approved and not used" in added
    (beside / "rubric.toml").write_text(text.replace("approved = false", "approved = true"))
    added = imo("data", "add", "imo2025", imo.home / "rubrics").out
    assert "a rubric of 2 items" in added
    assert "not approved" not in added


def test_the_model_is_shown_problem_solution_and_points(imo: Command) -> None:
    """All that a scheme is made from is in the question, and every question has its own seed."""
    asked: list[dict[str, Any]] = []

    async def notes(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        asked.append(body)
        return await says("Two for the answer, I think." if len(asked) < 3 else SCHEME)(
            request, body
        )

    with serving(notes) as url:
        outcome = draft(imo, url, "--temperature", "0.5", "--max-tokens", "4000", "--seed", "3")
    assert outcome.code == 0, outcome.err
    assert "asked 3 times" in outcome.out
    assert len({body["seed"] for body in asked}) == 3
    assert {(body["temperature"], body["max_tokens"]) for body in asked} == {(0.5, 4000)}
    for body in asked:
        prompt = str(body["messages"])
        assert all(said in prompt for said in ("Find all $k$.", SOLUTION.split()[-1], "7 points"))


UNUSABLE: dict[str, tuple[Act, str]] = {
    "prose": (says("I would give two points for the answer."), "no line says POINTS N"),
    "sum": (says("POINTS 2: a\nPOINTS 4: b"), "worth 6 points, and the problem 7"),
    "cut off": (says(SCHEME, finish="length"), "did not come to an end (length)"),
    "nothing": (says(""), "no line says POINTS N"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_model_without_a_scheme_is_asked_four_times_and_leaves_no_file(
    imo: Command, case: str
) -> None:
    """The error names what was wrong with the last reply, and the next step."""
    act, why = UNUSABLE[case]
    asked = 0

    async def counts(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return await act(request, body)

    with serving(counts) as url:
        outcome = draft(imo, url)
    assert outcome.code == 3
    assert "[I004] drafter gave no marking scheme of p1 in 4 replies; the last: " in outcome.err
    assert why in outcome.err
    assert "--seed" in outcome.err
    assert asked == 4
    assert not (imo.home / "rubric.toml").exists()


def test_a_server_that_fails_is_its_own_error(imo: Command) -> None:
    """It is not the model's fault, and no file is left."""
    with serving(fails(500)) as url:
        outcome = draft(imo, url)
    assert outcome.code == 3
    assert "[I001]" in outcome.err
    assert "Traceback" not in outcome.err
    assert not (imo.home / "rubric.toml").exists()


@pytest.mark.parametrize(
    ("problem", "more", "said"),
    [
        ("imo2025/p2", (), "no reference solution to draft a rubric from"),
        ("imo2025/p3", (), "imo2025 has no problem 'p3' here"),
        ("imo2025/p9", (), "the problems that are here: p1, p2"),
        ("imo2025", (), "imo2025 is not TASK/PROBLEM"),
        ("imo2052/p1", (), "there is no task named 'imo2052'"),
        ("demo/multiples", (), "asks for no proof"),
        ("imo2025/p1", ("-o", "in"), "in is there already"),
        ("imo2025/p1", ("-o", "no/where.toml"), "there is no folder no"),
        ("imo2025/p1", ("--max-tokens", "0"), "is not a positive whole number"),
        ("imo2025/p1", ("--temperature", "nan"), "nan is not a number between 0 and 100"),
    ],
)
def test_a_mistake_is_named_before_a_model_is_asked(
    imo: Command, problem: str, more: tuple[str, ...], said: str
) -> None:
    """One error with the next step; the server that is named is never looked for."""
    outcome = draft(imo, "http://127.0.0.1:9/v1", *more, problem=problem)
    assert outcome.code == 64, outcome.err
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_what_cannot_be_asked_drafts_nothing(imo: Command) -> None:
    """A recording has answers, and no words of its own."""
    outcome = imo("rubric", "draft", "imo2025/p1", "--judge-model", "oracle")
    assert outcome.code == 64
    assert "is no model that can be asked" in outcome.err


def test_a_draft_overwrites_no_rubric(imo: Command) -> None:
    """What somebody wrote or approved stays."""
    place = Path(imo.home, "rubric.toml")
    place.write_text("approved = true\n")
    with serving(says(SCHEME)) as url:
        outcome = draft(imo, url)
    assert outcome.code == 64
    assert place.read_text() == "approved = true\n"
