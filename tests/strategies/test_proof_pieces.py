"""Scores, sections, fences, critiques and the pool: pure, and held to what they promise."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.desk import Answer
from harness.fence import fence_for, free
from harness.strategies.proofs.critiques import Prefer, chosen
from harness.strategies.proofs.pool import Candidate, Key, Vote, latest, ranked, unknown
from harness.strategies.proofs.scores import majority, mark_of, mean, score_of
from harness.strategies.proofs.written import written
from harness.types import FinishReason

SCORES = st.sampled_from([0.0, 0.5, 1.0])


def answer(name: str = "g") -> Answer:
    return Answer(
        generation=name,
        finish_reason=FinishReason.STOP,
        tokens=1,
        trace_bytes=1,
        confidence=None,
        _read=lambda: name,
    )


def votes(*scores: float) -> tuple[Vote, ...]:
    return tuple(Vote(score, answer(f"v{n}")) for n, score in enumerate(scores))


def candidate(number: int, *scores: float, **other: object) -> Candidate:
    fields: dict[str, object] = {
        "round": 1,
        "thread": number,
        "answer": answer(f"g{number}"),
        "digest": str(number),
        "size": 10,
        "self_score": None,
    }
    return Candidate(number=number, votes=votes(*scores), **(fields | other))  # type: ignore[arg-type]


# --- scores ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "score"),
    [
        (r"All is well. \boxed{1}", 1.0),
        (r"$\boxed{0.5}$", 0.5),
        (r"**Score:** \boxed{ 0 }**." + "\n\n", 0.0),
        (r"\[ \boxed{1} \]", 1.0),
        (r"first \boxed{0}, but then \boxed{0.5}.", 0.5),
        (r"\boxed{1} is what the proof asks for, I say nothing", None),
        (r"\boxed{1} \boxed{}", None),
        (r"\boxed{\text{1}}", None),
        (r"\boxed{0.75}", None),
        (r"\boxed{1.0}", None),
        (r"\boxed{-1}", None),
        (r"\boxed{7}", None),
        (r"\boxed{nan}", None),
        ("1", None),
        ("", None),
        ("\\boxed{1}" + "x" * 10 + "\\boxed{1", None),
    ],
)
def test_a_score_is_read_only_at_the_end_and_only_as_it_is_asked_for(
    text: str, score: float | None
) -> None:
    """What is not exactly 1, 0.5 or 0 in a last box is no vote: it is never taken for 0."""
    assert score_of(text) == score


@given(st.text())
def test_no_text_is_read_as_anything_but_a_score(text: str) -> None:
    """Whatever a model says, a score is 1, 0.5 or 0, a mark whole from 0 to 7, or there is none."""
    for said in (text, rf"\boxed{{{text}}}"):
        assert score_of(said) in (None, 0.0, 0.5, 1.0)
        assert mark_of(said) in (None, *range(8))


def test_marks_have_their_own_scale() -> None:
    """A half is no mark and a seven is no score."""
    assert [mark_of(rf"\boxed{{{n}}}") for n in range(9)] == [*range(8), None]
    assert mark_of(r"\boxed{0.5}") is None
    assert mark_of(r"\boxed{07}") is None


@given(st.lists(SCORES, max_size=64))
def test_the_majority_is_a_most_frequent_score_and_the_mean_lies_among_them(
    scores: list[float],
) -> None:
    """Of equally frequent scores the lower one wins; of no votes there is neither."""
    most, middle = majority(scores), mean(scores)
    if not scores:
        assert most is None
        assert middle is None
        return
    assert most is not None
    assert middle is not None
    counts = Counter(scores)
    assert counts[most] == max(counts.values())
    assert all(counts[lower] < counts[most] for lower in counts if lower < most)
    assert min(scores) <= middle <= max(scores)


# --- sections ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "proof", "own"),
    [
        ("## Solution\n\nIt is so.\n\n## Self Evaluation\n\nGood. \\boxed{1}", "It is so.", 1.0),
        ("Well.\n# Solution:\nIt is so.\n**Self-Evaluation**\n\\boxed{0}", "It is so.", 0.0),
        ("## Solution\nIt is so.", "It is so.", None),
        ("## Solution\nIt is so.\n## Self Evaluation\nGood, 1.", "It is so.", None),
    ],
)
def test_a_text_is_taken_apart_at_its_headings(text: str, proof: str, own: float | None) -> None:
    """The proof is what stands between the headings; its author's score is read strictly."""
    found = written(text)
    assert found is not None
    assert (found.proof, found.self_score) == (proof, own)


@pytest.mark.parametrize(
    "text", ["", "The answer is 7.", "## Solution\n\n## Self Evaluation\n\\boxed{1}", "## Solution"]
)
def test_an_answer_without_a_proof_is_none(text: str) -> None:
    """No heading, or nothing under it: there is no candidate."""
    assert written(text) is None


@given(st.text(), st.text())
def test_nothing_that_is_handed_in_is_hidden_from_verifiers(before: str, after: str) -> None:
    """Both see the same part, and no part of the author's own opinion is in it."""
    found = written(f"{before}\n## Solution\nX{after}\n## Self Evaluation\nsecret-opinion")
    assert found is not None
    assert "secret-opinion" not in found.proof


# --- fences ------------------------------------------------------------------------------------


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_text_contains_its_fence(texts: list[str]) -> None:
    """The code is in no text, and the same texts have the same code."""
    fence = fence_for(*texts)
    assert not any(fence.code in text.lower() for text in texts)
    assert fence_for(*texts) == fence


def test_a_text_that_holds_a_code_gets_another() -> None:
    """A proof that guessed the code of its fence, in capitals or not, is fenced with the next."""
    assert free(["aa", "bb", "cc"], ["it says AA", "and bb"]) == "cc"
    assert free(["aa", "bb"], ["nothing"]) == "aa"


def test_different_texts_do_not_share_a_code() -> None:
    """Where one text ends and the next begins is part of what the code is made of."""
    assert fence_for("ab", "c").code != fence_for("a", "bc").code


# --- critiques ---------------------------------------------------------------------------------


@given(
    st.lists(SCORES, max_size=70),
    st.sampled_from(["lowest", "faults"]),
    st.integers(1, 12),
    st.integers(0, 5),
    st.integers(),
)
def test_critiques_keep_their_caps_and_their_order(
    scores: list[float], prefer: Prefer, most: int, per_score: int, seed: int
) -> None:
    """Never too many, never one twice, the worst first, and none is left out without a reason."""
    given_votes = votes(*scores)
    shown = chosen(given_votes, prefer=prefer, most=most, per_score=per_score, chance=Random(seed))
    names = [vote.answer.generation for vote in shown]
    assert len(set(names)) == len(names)
    worst = [vote.score if prefer == "lowest" else float(vote.score == 1) for vote in shown]
    assert worst == sorted(worst)
    values = Counter(scores)
    cap = per_score if per_score and len(values) > 1 else len(scores)
    assert all(times <= cap for times in Counter(vote.score for vote in shown).values())
    assert len(shown) == min(most, sum(min(times, cap) for times in values.values()))


def test_of_one_score_it_is_drawn_which_are_shown() -> None:
    """Another draw shows others; the same draw shows the same."""
    given_votes = votes(*[0.0] * 64)

    def draw(seed: int) -> list[str]:
        shown = chosen(given_votes, prefer="lowest", most=8, per_score=4, chance=Random(seed))
        return [vote.answer.generation for vote in shown]

    assert draw(1) == draw(1) != draw(2)
    assert len(draw(1)) == 8


# --- the pool ----------------------------------------------------------------------------------


def test_the_order_goes_by_its_keys() -> None:
    """Mean first, then the author's score, then as said; of equals the first."""
    pool = [
        candidate(0, 0.5, 0.5, self_score=0.5),
        candidate(1, 0.0, 1.0, self_score=1.0),
        candidate(2, 1.0),
        candidate(3),
        candidate(4, 0.5, round=2, size=5, self_score=0.5),
    ]

    def order(*keys: Key) -> list[int]:
        return [one.number for one in ranked(pool, keys, Random(0))]

    assert order("mean", "self") == [2, 1, 0, 4, 3]
    assert order("mean", "self", "later") == [2, 1, 4, 0, 3]
    assert order("shorter") == [4, 0, 1, 2, 3]
    assert order("self") == [1, 0, 4, 2, 3]


@given(st.lists(st.lists(SCORES, max_size=4), max_size=12), st.integers())
def test_ranking_loses_nobody_and_chance_decides_only_among_equals(
    scores: list[list[float]], seed: int
) -> None:
    """It does not matter in which order the pool is given; a better mean is never behind."""
    pool = [candidate(n, *given_scores) for n, given_scores in enumerate(scores)]
    order = ranked(pool, ("mean", "random"), Random(seed))
    assert sorted(one.number for one in order) == list(range(len(pool)))
    assert ranked(pool[::-1], ("mean", "random"), Random(seed)) == order
    means = [-1.0 if one.mean is None else one.mean for one in order]
    assert means == sorted(means, reverse=True)


def test_a_proof_is_a_candidate_once() -> None:
    """The same proof again, from this round or another, is not verified again."""
    first, again = candidate(0, digest="a"), candidate(1, digest="a")
    other = candidate(2, digest="b")
    assert unknown([first, again, other], []) == [first, other]
    assert unknown([again, other], [first]) == [other]


def test_unanimous_is_all_of_them() -> None:
    """One vote less, or one that is not 1, and the panel is not unanimous."""
    assert candidate(0, 1.0, 1.0).unanimous(2)
    assert not candidate(0, 1.0).unanimous(2)
    assert not candidate(0, 1.0, 0.5).unanimous(2)
    assert not candidate(0).unanimous(1)


def test_a_thread_is_where_its_last_proof_is() -> None:
    """The latest of each thread, however the pool is ordered."""
    pool = [candidate(2, thread=0), candidate(0, thread=0), candidate(1, thread=1)]
    assert {thread: one.number for thread, one in latest(pool).items()} == {0: 2, 1: 1}
