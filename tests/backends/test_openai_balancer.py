"""One backend and several servers with the same model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from harness.backend import Reply, Request
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.options import read_options
from harness.errors import BackendError, UsageError
from tests.backends.asking import backend_for, request
from tests.fakes.model_server import running
from tests.fakes.openai_server import FakeServer, delta, fails, hangs, says


def backend_of(servers: Sequence[FakeServer], **args: str) -> OpenAIBackend:
    return backend_for("+".join(server.url for server in servers), **args)


def arrived(servers: Sequence[FakeServer]) -> list[int]:
    return sorted(int(str(seed)) for server in servers for seed in server.seeds)


def seeds(count: int) -> list[int]:
    return sorted(request(i).seed for i in range(count))


async def ask(backend: OpenAIBackend, numbers: Sequence[int]) -> list[Reply]:
    return await asyncio.gather(*(backend.generate(request(i)) for i in numbers))


@pytest.mark.parametrize("between", ["+", ";", ",", " "])
def test_addresses_are_joined_as_people_join_them(between: str) -> None:
    """Several addresses make one backend, and none may be there twice."""
    text = f"http://a:8000/v1{between}http://b:8000"
    options = read_options({"model": "tiny", "base_url": text}, {})
    assert options.base_urls == ("http://a:8000/v1", "http://b:8000/v1")
    with pytest.raises(UsageError, match="twice"):
        read_options({"model": "tiny", "base_url": f"{text}{between}http://b:8000/v1/"}, {})


def test_samples_are_spread_evenly() -> None:
    """Servers that are equally quick get equally much, and every sample is asked for once."""

    async def go() -> None:
        async with FakeServer() as one, FakeServer() as two, FakeServer() as three:
            servers = (one, two, three)
            backend = backend_of(servers)
            await ask(backend, range(30))
            await backend.close()
            assert [len(server.asked) for server in servers] == [10, 10, 10]
            assert arrived(servers) == seeds(30)

    asyncio.run(go())


def test_the_server_with_the_least_to_do_gets_the_next_sample() -> None:
    """A server that is stuck with long answers does not hold up the others' samples."""

    async def go() -> None:
        async with FakeServer(hangs()) as slow, FakeServer() as quick:
            backend = backend_of((slow, quick))
            stuck = asyncio.ensure_future(backend.generate(request(0)))
            await slow.arrived.wait()
            for number in range(1, 10):
                await backend.generate(request(number))
            stuck.cancel()
            await backend.close()
            assert (len(slow.asked), len(quick.asked)) == (1, 9)

    asyncio.run(go())


def test_samples_of_a_dead_server_go_to_the_others_with_their_seeds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """When one of two servers dies under load, the other gives every answer, once each."""

    async def go() -> None:
        one, two = FakeServer(hangs(delta("half"))), FakeServer(says("whole"))
        async with two:
            async with one:
                backend = backend_of((one, two), patience_s="0")
                samples = asyncio.ensure_future(ask(backend, range(20)))
                while len(one.asked) < 10:
                    await asyncio.sleep(0.01)
            replies = await samples
            assert [reply.text for reply in replies] == ["whole"] * 20
            assert arrived([two]) == seeds(20)
            sent = len(one.asked)
            await ask(backend, range(20, 40))
            await backend.close()
            assert len(one.asked) == sent

    asyncio.run(go())
    assert caplog.messages[0].endswith("does not answer; the others take its samples")


def test_a_server_that_is_back_gets_samples_again() -> None:
    """An absence ends with the server's health, for it is looked at all the while."""

    async def go() -> None:
        one, two = FakeServer(*[fails(503)] * 3, says("one"), health=(503, 503, 200)), FakeServer()
        async with one, two:
            backend = backend_of((one, two))
            for number in range(100):
                await ask(backend, range(4 * number, 4 * number + 4))
                if len(one.asked) > 6:
                    break
                await asyncio.sleep(0.02)
            await backend.close()
            assert len(one.asked) > 6

    asyncio.run(go())


def test_a_server_that_only_fails_attracts_no_crowd() -> None:
    """A server that says it is well and fails at once costs each sample one try at most."""

    async def go() -> None:
        async with FakeServer(fails(500)) as broken, FakeServer() as sound:
            backend = backend_of((broken, sound), max_tries="2")
            replies = await ask(backend, range(40))
            await backend.close()
            assert {reply.text for reply in replies} == {"Hello."}
            assert max(reply.tries for reply in replies) == 2

    asyncio.run(go())


def test_no_server_at_all_is_told_with_all_addresses() -> None:
    """When every server stays away the sample is void, and all that may be started are named."""

    async def go() -> tuple[BackendError, str, str]:
        one, two = FakeServer(), FakeServer()
        async with one, two:
            backend = backend_of((one, two), patience_s="0.05")
            await ask(backend, range(4))
        with pytest.raises(BackendError) as caught:
            await backend.generate(request(4))
        await backend.close()
        return caught.value, one.url, two.url

    error, one, two = asyncio.run(go())
    assert "did not come back" in error.message
    assert one in error.hint
    assert two in error.hint
    assert not error.final


def turn(sample: int, number: int) -> Request:
    """Return a later question of an attempt, whose beginning a server has seen."""
    asked = request(sample, f"{'word ' * 50}{number}")
    return msgspec.structs.replace(asked, turn=number, seed=1000 * sample + number)


def test_an_attempt_stays_with_the_server_that_knows_its_beginning() -> None:
    """Turns of one attempt go to one server, and attempts are spread evenly all the same."""

    async def go() -> None:
        async with FakeServer() as one, FakeServer() as two:
            backend = backend_of((one, two))
            for number in range(5):
                await asyncio.gather(*(backend.generate(turn(n, number)) for n in range(8)))
            await backend.close()
            homes = [{int(str(seed)) // 1000 for seed in server.seeds} for server in (one, two)]
            assert homes[0] & homes[1] == set()
            assert [len(home) for home in homes] == [4, 4]

    asyncio.run(go())


def test_an_attempt_leaves_a_server_that_has_clearly_more_to_do() -> None:
    """Knowing the beginning is worth a little waiting, not a lot."""

    async def go() -> None:
        async with FakeServer(*[says("home")] * 6, hangs()) as busy, FakeServer() as idle:
            backend = backend_of((busy, idle))
            for sample in range(12):
                await backend.generate(turn(sample, 0))
            homely = [int(str(seed)) // 1000 for seed in busy.seeds]
            asked = [asyncio.ensure_future(backend.generate(turn(n, 1))) for n in homely]
            reply = await asyncio.wait_for(asked.pop(), 20)
            while len(busy.asked) < 6 + 5:  # they are on their way
                await asyncio.sleep(0.01)
            assert (len(idle.asked), reply.text) == (6 + 1, "Hello.")
            assert not any(each.done() for each in asked)
            for each in asked:
                each.cancel()
            await backend.close()

    asyncio.run(go())


def test_attempts_of_a_server_that_is_killed_go_on_at_the_other() -> None:
    """One of two processes dies amid long attempts: each turn has its answer, for its seed."""
    with running("--seconds", "0.05") as one, running("--seconds", "0.05") as two:

        async def attempt(backend: OpenAIBackend, sample: int) -> list[str]:
            return [(await backend.generate(turn(sample, number))).text for number in range(12)]

        async def go() -> list[list[str]]:
            backend = backend_for(f"{one.url}+{two.url}", patience_s="5")
            attempts = asyncio.gather(*(attempt(backend, sample) for sample in range(10)))
            while two.facts()["asked"] < 20:
                await asyncio.sleep(0.02)
            one.process.kill()
            found = await attempts
            await backend.close()
            return found

        found = asyncio.run(go())
        whole = [[f"{1000 * sample + number}" for number in range(12)] for sample in range(10)]
        assert [[text.split()[0] for text in each] for each in found] == whole
