"""Inputs of a contestant's own: the model writes programs that make them and programs that check.

A generator reads a number that it seeds its chance with, and prints one input. A validator reads
an input and prints ``VALID`` or ``INVALID``. Both run in the sandbox, as programs that belong to
no problem.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from harness.desk import Answer
from harness.fenced import last_block
from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.clusters.candidates import PROMPTS, values_of
from harness.strategies.together import together
from harness.trials import Inputs
from harness.types import Ran
from sandbox.languages import language


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """How inputs of a part are made."""

    generators: int
    validators: int
    each: int
    """Inputs of one generator."""
    share: float
    """Of the validators that accept an input that is kept."""
    most_bytes: int
    """Of one input."""
    language: str
    """Key of the language that generators and validators are asked for in."""


class Helper(msgspec.Struct, frozen=True):
    """A program that the model wrote for itself."""

    answer: Answer
    program: str


async def inputs_for(
    session: Session, parts: Sequence[str], making: Making
) -> Mapping[str, Inputs]:
    """Have inputs made for parts of a problem and return those that are kept, by part."""
    asked = language(making.language)
    words = {
        "language": asked.title,
        "fence": asked.fences[0],
        "input_kib": f"{making.most_bytes // 1024}",
    }
    kinds = ("generator",) * making.generators + ("validator",) * making.validators
    prompts = {
        (part, kind): session.render(PROMPTS / f"{kind}.md", {**values_of(session, part), **words})
        for part in parts
        for kind in ("generator", "validator")
    }
    order = [(part, kind) for part in parts for kind in kinds]
    written = await together(helper(session, prompts[each], asked.fences) for each in order)
    helpers: dict[tuple[str, str], list[Helper]] = {each: [] for each in prompts}
    for each, found in zip(order, written, strict=True):
        if found is not None:
            helpers[each].append(found)

    async def inputs(part: str) -> Inputs:
        chance = session.random(f"inputs of {part}")
        seeds = [chance.randrange(1, 1 << 31) for _ in range(making.each)]
        printed = await made(session, helpers[part, "generator"], seeds, making)
        return await kept(session, helpers[part, "validator"], printed, making)

    return dict(zip(parts, await together(inputs(part) for part in parts), strict=True))


async def helper(session: Session, prompting: Prompting, words: Collection[str]) -> Helper | None:
    """Ask for a helper; ``words`` mean its language. None where no whole program was found."""
    answer = await session.ask(prompting)
    if answer is None or not answer.complete:
        return None
    block = last_block(answer.text, words)
    return Helper(answer, block.code) if block is not None and block.closed else None


async def made(
    session: Session, generators: Iterable[Helper], seeds: Sequence[int], making: Making
) -> Inputs:
    """Run generators on every seed and return what they printed: each input once, in order.

    What is empty, or too long, is left out.
    """
    given = Inputs(b"%d\n" % seed for seed in seeds)
    runs = await together(
        session.own.program(each.answer, each.program, making.language, given)
        for each in generators
    )
    printed = (run.output for several in runs for run in several)
    return Inputs(
        dict.fromkeys(
            text for text in printed if text and text.strip() and len(text) <= making.most_bytes
        )
    )


async def kept(
    session: Session, validators: Iterable[Helper], inputs: Inputs, making: Making
) -> Inputs:
    """Run validators on every input and return those that enough of them accept."""
    if not inputs:
        return inputs
    runs = await together(
        session.own.program(each.answer, each.program, making.language, inputs)
        for each in validators
    )
    votes = [tuple(vote(run) for run in several) for several in runs]
    return Inputs(inputs[place] for place in accepted(votes, making.share))


def vote(run: Ran) -> bool | None:
    """Return what a validator said of an input; None where it said neither word."""
    said = (run.output or b"").split()
    return {b"VALID": True, b"INVALID": False}.get(said[0]) if len(said) == 1 else None


def accepted(votes: Sequence[Sequence[bool | None]], share: float) -> tuple[int, ...]:
    """Return which inputs are accepted by at least this share of the validators.

    ``votes`` has a row of each validator. One that says nothing of an input does not accept it:
    most fail on what is malformed. One that never says anything is no validator, and no part
    of the whole.
    """
    working = [row for row in votes if any(said is not None for said in row)]
    if not working:
        return ()
    return tuple(
        place
        for place in range(len(working[0]))
        if sum(row[place] is True for row in working) / len(working) >= share
    )
