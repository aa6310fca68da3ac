"""What a session gives a strategy beside its two verbs: chance of its own, and cheap digests."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import UnsupportedError
from harness.session import Session
from harness.trials import Inputs, digest_of
from harness.types import Note, NoteKind
from sandbox.languages import Language
from sandbox.trials import Trials
from tests.fakes.scripted import ScriptedBackend, run_all, says, start_run


def test_chance_is_the_same_when_an_attempt_is_done_again(tmp_path: Path) -> None:
    """What is drawn depends on the attempt and on the name, and on nothing that happened."""
    runs = []
    for name in ("one", "two"):
        drawn: dict[tuple[str, str], float] = {}

        async def draw(session: Session, into: dict[tuple[str, str], float] = drawn) -> None:
            for word in ("duels", "order"):
                into[session.view.id, word] = session.random(word).random()
                assert session.random(word).random() == into[session.view.id, word]

        backend = ScriptedBackend(lambda _: says("7"))
        with start_run(tmp_path / name, backend) as writer:
            run_all(writer, backend, strategy=draw)
        runs.append(drawn)
    assert runs[0] == runs[1]
    assert len(set(runs[0].values())) == 4, "two problems, two names"


def test_a_strategy_leaves_word_once(tmp_path: Path) -> None:
    """A note of a strategy is in the log with the session's own."""

    async def remark(session: Session) -> None:
        session.note(NoteKind.UNREAD, "1 of 2 duels gave no verdict")

    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend, strategy=remark)
        notes = [record for record in writer.replay() if isinstance(record, Note)]
    assert [note.kind for note in notes] == [NoteKind.UNREAD] * 2, "one a problem"


def test_inputs_that_are_kept_are_the_same_inputs() -> None:
    """Inputs whose digest is made once have the digest of any others with those bytes."""
    assert digest_of(Inputs((b"a", b"bc"))) == digest_of([b"a", b"bc"])
    assert digest_of(Inputs((b"ab", b"c"))) != digest_of(Inputs((b"a", b"bc")))
    assert digest_of(Inputs()) != digest_of(Inputs((b"",)))


@pytest.mark.parametrize("works", [True, False])
def test_a_language_is_offered_when_it_has_proved_itself(works: bool) -> None:
    """A contestant learns that a language cannot be run here without a failure of the run."""

    class Offer:
        def check(self, language: Language) -> None:
            if not works:
                raise UnsupportedError(f"{language.title} is not judged here")

    trials = Trials(None, Offer(), None, None)  # type: ignore[arg-type]
    assert trials.offers("python3") is works
