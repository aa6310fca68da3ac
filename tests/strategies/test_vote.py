"""The commonest final answer is handed in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UnsupportedError, UsageError
from harness.plugins import load_strategy
from harness.strategies.vote import Vote, canonical
from harness.types import Submission
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run
from tests.fakes.scripted_code import play, program


def voted(place: Path, words: list[str]) -> list[str]:
    """Return what is handed in after these answers, in order."""
    backend = ScriptedBackend(lambda request: says(words[request.turn]))
    with start_run(place / "run", backend, contest(problem("one"))) as writer:
        run_all(writer, backend, strategy=Vote(samples=len(words)))
        assert len(backend.asked) == len(words)
        return [writer.text(r.content) for r in writer.replay() if isinstance(r, Submission)]


@pytest.mark.parametrize(
    ("words", "winner"),
    [
        (["7", "8", "8"], "8"),
        (["7", "8", "8", "7"], "7"),
        (["9", "1024", "1,024", "8"], "1024"),
        (["9", "1,024", "1024", "9", "+1024"], "1,024"),
        (["", "", "", "x  y"], "y"),
    ],
)
def test_the_commonest_wins_and_of_equals_the_first(
    tmp_path: Path, words: list[str], winner: str
) -> None:
    """An integer is one answer however it is written; the winner's first text is handed in."""
    assert voted(tmp_path, words) == [winner]


def test_nothing_is_handed_in_when_nobody_answers(tmp_path: Path) -> None:
    """Texts without an answer do not vote."""
    assert voted(tmp_path, ["", ""]) == []


@settings(max_examples=25)
@given(words=st.lists(st.sampled_from(["1", "2", "+2", "3"]), min_size=1, max_size=9))
def test_nobody_has_more_votes_than_the_winner(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    """Whatever the votes are, the winner has the most, and none before it has as many."""
    (winner,) = voted(tmp_path_factory.mktemp("vote"), words)
    votes = Counter(canonical(word) for word in words)
    firsts = list(dict.fromkeys(canonical(word) for word in words))
    assert canonical(winner) == next(w for w in firsts if votes[w] == max(votes.values()))


def test_programs_cannot_be_voted_on(tmp_path: Path) -> None:
    """Where programs are handed in, the run stops and says what to take instead."""
    with pytest.raises(UnsupportedError, match="one has none"):
        play(tmp_path, Vote(samples=2), lambda _: program("all=1"))


def test_a_vote_of_nobody_is_refused() -> None:
    """Settings are checked when the strategy is loaded."""
    with pytest.raises(UsageError, match="at least 1 must vote"):
        load_strategy("vote", {"samples": "0"})
