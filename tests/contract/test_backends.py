"""What every backend promises, whichever it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from harness.backend import Backend, NotGenerated, Reply, Request
from harness.backends import openai, oracle, replay
from harness.config import parse_pairs
from harness.errors import UsageError
from harness.plugins import BACKENDS, load_backend, names
from harness.types import Contest, Message, Sampling
from tests.fakes.scripted import contest, context

Opened = Callable[[Path], AbstractContextManager[Backend]]


@contextmanager
def a_recording(place: Path) -> Iterator[Backend]:
    file = place / "said.jsonl"
    rows = [{"problem": p, "contestant": "bot", "text": "7"} for p in ("one", "two")]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    yield replay.open_backend(context(contest(), {"file": str(file)}))


@contextmanager
def an_oracle(place: Path) -> Iterator[Backend]:
    yield oracle.open_backend(context(contest(), {}))


@contextmanager
def a_server(place: Path) -> Iterator[Backend]:
    from tests.fakes.openai_server import serving

    with serving() as url:
        yield openai.open_backend(context(contest(), {"model": "bot", "base_url": url}))


@contextmanager
def an_engine(place: Path) -> Iterator[Backend]:
    from tests.fakes.engine_room import EngineRoom

    room = EngineRoom(place)
    yield room.backend(id="bot")
    assert room.alive() == []


@contextmanager
def a_class_of_lm_eval(place: Path) -> Iterator[Backend]:
    from tests.fakes import lm_eval_door

    with pytest.MonkeyPatch.context() as patch:
        lm_eval_door.install(patch, lambda prompt, drawn: "7")
        opener = load_backend("lm-eval:remote")
        yield opener(context(contest(), {"id": "bot"}))


BACKEND: dict[str, Opened] = {
    "replay": a_recording,
    "oracle": an_oracle,
    "openai": a_server,
    "vllm": an_engine,
    "lm-eval": a_class_of_lm_eval,
}


def test_every_backend_is_under_this_contract() -> None:
    """A backend that is installed with the program is tested here."""
    assert set(BACKEND) == set(names(BACKENDS))


def requests(backend: Backend, of: Contest) -> list[Request]:
    return [
        Request(
            contestant=contestant.id,
            problem=problem.id,
            sample=sample,
            turn=0,
            messages=(Message(role="user", content=problem.statement),),
            sampling=Sampling(max_tokens=64),
            seed=11,
        )
        for contestant in backend.contestants
        for problem in of.problems
        for sample in backend.samples(contestant.id, problem.id) or range(1)
    ]


@pytest.mark.parametrize("name", BACKEND)
def test_one_request_gives_one_reply(name: str, tmp_path: Path) -> None:
    """Every sample that can be asked for is answered with a text and a reason for its end."""
    with BACKEND[name](tmp_path) as backend:

        async def all_of_them() -> list[Reply | NotGenerated]:
            try:
                return [await backend.generate(r) for r in requests(backend, contest())]
            finally:
                await backend.close()

        replies = asyncio.run(all_of_them())
        assert len(replies) >= 2
        for reply in replies:
            assert isinstance(reply, Reply)
            assert reply.text
            assert reply.tries == 1


@pytest.mark.parametrize("name", BACKEND)
def test_contestants_and_name_are_known_before_anything_is_asked(name: str, tmp_path: Path) -> None:
    """A backend says who plays without a generation, with ids that are unique."""
    with BACKEND[name](tmp_path) as backend:
        ids = [contestant.id for contestant in backend.contestants]
        assert ids
        assert len(set(ids)) == len(ids)
        assert backend.name.startswith(name)
        asyncio.run(backend.close())


@pytest.mark.parametrize("name", BACKEND)
def test_the_same_backend_has_the_same_facts(name: str, tmp_path: Path) -> None:
    """What a run is bound to is the same whenever the backend is opened on the same things."""
    found = []
    for _ in range(2):
        with BACKEND[name](tmp_path) as backend:
            found.append(backend.facts)
            asyncio.run(backend.close())
    assert found[0] == found[1] == tuple(sorted(found[0]))


@pytest.mark.parametrize("name", BACKEND)
def test_closing_twice_is_harmless(name: str, tmp_path: Path) -> None:
    """A second close does nothing."""
    with BACKEND[name](tmp_path) as backend:

        async def twice() -> None:
            await backend.close()
            await backend.close()

        asyncio.run(twice())


@pytest.mark.parametrize("name", BACKEND)
def test_an_unknown_setting_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt setting is an error, never ignored."""
    from tests.fakes import lm_eval_door

    args = parse_pairs("modle=x", "--model-args")
    if name == "lm-eval":
        lm_eval_door.install(monkeypatch, lambda prompt, drawn: "7")
        name = "lm-eval:remote"
    with pytest.raises(UsageError, match="modle"):
        load_backend(name)(context(contest(), args))


@pytest.mark.parametrize("name", BACKEND)
def test_every_setting_is_documented(name: str) -> None:
    """The table of settings in the documentation is the one the program knows."""
    import importlib

    settings = importlib.import_module(f"harness.backends.{name.replace('-', '_')}").SETTINGS
    page = Path(replay.__file__).with_name("README.md").read_text()
    section = page.partition(f"\n## `{name}`\n")[2]
    section = section.partition("\n#")[0].partition("\n| what happens")[0]
    assert section, f"README.md has no section on {name}"
    documented = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    assert documented == set(settings)
