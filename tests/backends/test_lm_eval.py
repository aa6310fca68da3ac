"""A model class of lm-eval is asked with our samples, and nothing it cannot tell is made up."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.backend import Backend, NotGenerated, Reply, Request
from harness.errors import BackendError, ConfigError, HarnessError, UsageError
from harness.plugins import load_backend
from harness.store import RunFolder
from harness.types import FinishReason, Generation, Note, NoteKind, Sampling
from tests.backends.asking import request
from tests.fakes import lm_eval_door
from tests.fakes.scripted import contest, context, run_all, start_run


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return lm_eval_door.install(monkeypatch, lambda prompt, drawn: f"{prompt} {drawn['seed']} 7")


def opened(name: str, **args: str) -> Backend:
    return load_backend(f"lm-eval:{name}")(context(contest(), {"model": "tiny", **args}))


def ask(backend: Backend, requests: Sequence[Request]) -> list[Reply]:
    async def go() -> list[Reply | NotGenerated]:
        try:
            return list(await asyncio.gather(*(backend.generate(one) for one in requests)))
        finally:
            await backend.close()

    return [one for one in asyncio.run(go()) if isinstance(one, Reply)]


def test_each_sample_of_a_server_has_its_own_seed(kinds: dict[str, Any]) -> None:
    """A server draws what the request says, and so no two samples are one."""
    asked = [request(sample) for sample in range(4)]
    replies = ask(opened("remote"), asked)
    assert [reply.text for reply in replies] == [f"<user>Solve it. {r.seed} 7" for r in asked]
    assert len({reply.text for reply in replies}) == 4


def test_sampling_is_sent_and_the_rest_is_passed_on(kinds: dict[str, Any]) -> None:
    """Arguments of the class reach it typed; those of ours do not."""
    ask(opened("remote", base_url="http://x", eos_string="2", id="bot"), [request()])
    (made,) = kinds["remote"].made
    assert made["base_url"] == "http://x"
    assert made["eos_string"] == 2
    assert made["num_concurrent"] == 1
    assert "id" not in made
    ((sent,),) = kinds["remote"].calls
    _, drawn = sent.arguments
    assert (drawn["temperature"], drawn["top_p"], drawn["max_gen_toks"]) == (0.6, 0.9, 4096)
    assert drawn["until"] == []


def test_long_thoughts_are_waited_for(kinds: dict[str, Any]) -> None:
    """Their 300 seconds would lose them; whoever wants another bound says so."""
    ask(opened("remote"), [request()])
    ask(opened("remote", timeout="60"), [request()])
    assert [made["timeout"] for made in kinds["remote"].made] == [21600, 60]


def test_what_it_cannot_tell_is_noted_with_the_attempt(
    kinds: dict[str, Any], tmp_path: Path
) -> None:
    """Neither an end nor tokens nor a seed are made up in the record of a run."""
    for name, words, seeded in (("remote", "tokens it took", True), ("local", "which seed", False)):
        lm_eval_door_answer(kinds[name])
        backend = opened(name)
        with start_run(tmp_path / name, backend) as writer:
            run_all(writer, backend)
        records = list(RunFolder(tmp_path / name).replay())
        generations = [record for record in records if isinstance(record, Generation)]
        assert {each.finish_reason for each in generations} == {FinishReason.UNKNOWN}
        assert {each.tokens_out for each in generations} == {None}
        assert all((each.seed is not None) is seeded for each in generations)
        notes = [r for r in records if isinstance(r, Note) and r.kind is NoteKind.UNTOLD]
        assert len(notes) == len(generations) == 2
        assert all(words in note.text for note in notes)


def lm_eval_door_answer(kind: Any) -> None:
    kind.answer = staticmethod(lambda prompt, drawn: "7")


def test_weights_are_loaded_once_and_asked_in_batches(kinds: dict[str, Any]) -> None:
    """One model object; what waits meanwhile goes into the next call together."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(prompt: str, drawn: dict[str, Any]) -> str:
        begun.set()
        go_on.wait(10)
        return prompt

    kinds["local"].answer = staticmethod(slow)
    kinds["local"].max_length = 1 << 20
    backend = opened("local", batch="8")

    async def all_of_them() -> list[Any]:
        first = asyncio.ensure_future(backend.generate(request(0)))
        await asyncio.to_thread(begun.wait, 10)
        rest = [asyncio.ensure_future(backend.generate(request(i))) for i in range(1, 6)]
        await asyncio.sleep(0)
        go_on.set()
        found = await asyncio.gather(first, *rest)
        await backend.close()
        return found

    assert len(asyncio.run(all_of_them())) == 6
    assert len(kinds["local"].made) == 1
    assert [len(call) for call in kinds["local"].calls] == [1, 5]


def test_one_that_fails_costs_no_other_its_answer(kinds: dict[str, Any]) -> None:
    """A call of several that fails is made again for each by itself."""

    def picky(prompt: str, drawn: dict[str, Any]) -> str:
        if "bad" in prompt:
            raise RuntimeError("no answer to this")
        return prompt

    kinds["local"].answer = staticmethod(picky)
    kinds["local"].max_length = 1 << 20
    backend = opened("local")

    async def go() -> list[Any]:
        prompts = ["good", "bad", "fine"]
        asked = (backend.generate(request(prompt=prompt)) for prompt in prompts)
        found = await asyncio.gather(*asked, return_exceptions=True)
        await backend.close()
        return found

    good, bad, fine = asyncio.run(go())
    assert (good.text, fine.text) == ("<user>good", "<user>fine")
    assert isinstance(bad, BackendError)
    assert not bad.final
    assert "no answer to this" in bad.message


@pytest.mark.parametrize(
    ("failure", "hint"),
    [
        (TypeError("unexpected keyword argument 'foo'"), "see the arguments of the class"),
        (ValueError("model_kwargs are not used: ['seed']"), "say send_seed=false"),
        (AssertionError("expects messages"), "see the arguments of the class"),
    ],
)
def test_what_will_fail_every_time_stops_the_run(
    failure: Exception, hint: str, kinds: dict[str, Any]
) -> None:
    """A run of void attempts is no result: the first one says what to change."""

    def fail(prompt: str, drawn: dict[str, Any]) -> str:
        raise failure

    kinds["remote"].answer = staticmethod(fail)
    with pytest.raises(BackendError) as caught:
        ask(opened("remote"), [request()])
    assert caught.value.final
    assert hint in caught.value.hint


def test_a_class_that_would_end_the_program_does_not(kinds: dict[str, Any]) -> None:
    """Its exit is a failure of the request."""

    def leave(prompt: str, drawn: dict[str, Any]) -> str:
        sys.exit(3)

    kinds["remote"].answer = staticmethod(leave)
    with pytest.raises(BackendError, match="wanted to end the program"):
        ask(opened("remote"), [request()])


def test_an_answer_that_leaves_no_room_for_the_question_is_refused(kinds: dict[str, Any]) -> None:
    """lm-eval would cut the question off, and ask something else."""
    kinds["local"].tokenized_requests = True
    with pytest.raises(BackendError, match="--max-tokens 4096 leaves no room") as caught:
        ask(opened("local"), [request()])
    assert caught.value.final
    short = msgspec.structs.replace(request(), sampling=Sampling(max_tokens=64))
    lm_eval_door_answer(kinds["local"])
    assert ask(opened("local"), [short])[0].text == "7"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"auth_token": "s"}, "auth_token is refused"),
        ({"temperature": "1"}, "is not given temperature here"),
        ({"num_concurrent": "none"}, "num_concurrent=none cannot be read"),
        ({"send_seed": "perhaps"}, "send_seed=perhaps cannot be read"),
    ],
)
def test_settings_that_have_no_place_here_are_refused(
    args: dict[str, str], words: str, kinds: dict[str, Any]
) -> None:
    """A secret would be recorded; sampling stands in the manifest."""
    with pytest.raises(UsageError, match=words):
        opened("remote", **args)


def test_a_class_is_named_behind_a_colon(kinds: dict[str, Any]) -> None:
    """Names that lm-eval does not know are told with those it does."""
    with pytest.raises(UsageError) as caught:
        opened("remoet")
    assert caught.value.hint == "did you mean remote?"
    with pytest.raises(UsageError) as caught:
        opened("xyz")
    assert "remote, local" in caught.value.hint
    with pytest.raises(UsageError, match="does not say which model class"):
        load_backend("lm-eval")(context(contest(), {}))
    with pytest.raises(UsageError, match="the backend openai is one"):
        load_backend("openai:gpt")
    with pytest.raises(ConfigError, match="cannot be loaded: No module named 'torch'"):
        opened("needs-more")


def test_without_lm_eval_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "lm_eval", None)
    monkeypatch.setitem(sys.modules, "lm_eval.api", None)
    monkeypatch.setitem(sys.modules, "lm_eval.api.registry", None)
    with pytest.raises(HarnessError) as caught:
        opened("local-chat-completions")
    assert "olympiad-harness[lm-eval]" in str(caught.value)
