"""Runs in which every text is another mutant of an attack, and what a page must be all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.store import RunFolder
from harness.types import (
    CodeBody,
    Contest,
    Contestant,
    Cutoff,
    LeftOut,
    NoteKind,
    Problem,
    ProofBody,
    RubricItem,
    RunSpec,
    Verdict,
)
from harness.types import Test as TestCase
from tests.browsers import Browser
from tests.reports.contests import answer_problem, code_problem, ioi
from tests.reports.proofs import Marked, imo, proof_problem, proof_run
from tests.reports.runs import Did, write_run
from tests.reports.test_walls import ALLOWED, EVERYWHERE, MATHEMATICS, PROSE

TESTS = 300
"""Tests of one problem; a page lists 400."""

TRIES = 50
"""Attempts at one problem."""


def as_names(place: Path, texts: Sequence[str]) -> RunFolder:
    """Each text is a contestant: its id, its title and its kind. Some name the run and the rest."""
    first, last = texts[0], texts[-1]
    problem = msgspec.structs.replace(code_problem("hills", (100,), 2, title=last), id=first)
    spec = RunSpec(task=first, task_version=last, backend=first, strategy=last)
    return write_run(
        place,
        _named(ioi(problem), texts),
        {(text, problem.id): [Did((n % 2,))] for n, text in enumerate(texts)},
        [Contestant(id=text, title=text, kind=text) for text in texts],
        judge=((first, last),),
        spec=spec,
        run_id=last,
    )


def as_programs(place: Path, texts: Sequence[str]) -> RunFolder:
    """Each text is a source, what the compiler or the checker said of it, a remark and a note."""
    did = [
        Did(
            (n % 2,),
            source=text,
            message=text,
            remark=text,
            reason=text,
            notes=(list(NoteKind)[n % len(NoteKind)],),
            verdict=Verdict.CE if n % 4 == 0 else None,
        )
        for n, text in enumerate(texts)
    ]
    problems = [code_problem(f"p{n}", (100,), 1) for n in range(-(-len(texts) // TRIES))]
    who = Contestant(id="one", title=texts[0])
    held = {
        (who.id, problem.id): did[n * TRIES : (n + 1) * TRIES] for n, problem in enumerate(problems)
    }
    return write_run(place, ioi(*problems), held, [who])


def _named(contest: Contest, texts: Sequence[str]) -> Contest:
    a, b, c, *_ = texts
    return msgspec.structs.replace(
        contest,
        id=a,
        title=b,
        date=c,
        left_out=(LeftOut(id=a, title=b, max_points=1, reason=c),),
        cutoffs=(Cutoff(medal=a, points=1, source=b),),
        notes=(a, b, c),
        sources=(a, b, c),
    )


def as_files(place: Path, texts: Sequence[str]) -> RunFolder:
    """Each text is the name of a test and of its files; some are names of subtasks and problems."""
    problems = [
        _of_files(texts[at : at + TESTS], number)
        for number, at in enumerate(range(0, len(texts), TESTS))
    ]
    who = Contestant(id="one", title="one")
    did = {(who.id, problem.id): [Did((0.5,), remark=problem.title)] for problem in problems}
    return write_run(place, ioi(*problems), did, [who])


def _of_files(texts: Sequence[str], number: int) -> Problem:
    made = code_problem(f"p{number}", (100,), 1, title=texts[0])
    body = made.body
    assert isinstance(body, CodeBody)
    (file,) = [test.input for test in body.tests]
    tests = tuple(
        TestCase(name=text, input=msgspec.structs.replace(file, path=text)) for text in texts
    )
    group = msgspec.structs.replace(body.subtasks[0], name=texts[-1], tests=tuple(texts))
    body = msgspec.structs.replace(body, tests=tests, subtasks=(group,))
    return msgspec.structs.replace(made, body=body)


def as_answers(place: Path, texts: Sequence[str]) -> RunFolder:
    """Each text is an answer as it was taken out of an output, and the reason of its verdict.

    Some are the expected answer and the statement.
    """
    groups = [texts[at : at + TRIES] for at in range(0, len(texts), TRIES)]
    problems = [
        msgspec.structs.replace(
            answer_problem(f"a{n}", expected=group[0]), statement=group[0], title=group[0]
        )
        for n, group in enumerate(groups)
    ]
    did = {
        ("one", problem.id): [Did((0,), source=text, message=text) for text in group]
        for problem, group in zip(problems, groups, strict=True)
    }
    contest = ioi(*problems, show_statements=True, rules="answers")
    return write_run(place, contest, did, [Contestant(id="one", title="one")])


def as_proofs(place: Path, texts: Sequence[str]) -> RunFolder:
    """Each text is a proof, its copy for the jury, and what the jury wrote of it.

    Some are the statement, the rubric and the reference.
    """
    groups = [texts[at : at + TRIES] for at in range(0, len(texts), TRIES)]
    problems = [_to_prove(group[0], n) for n, group in enumerate(groups)]
    marked = {
        problem.id: [Marked(proof=text, says=text, copy=text, asked=((text, 1),)) for text in group]
        for problem, group in zip(problems, groups, strict=True)
    }
    return proof_run(place, marked, imo(*problems))


def _to_prove(text: str, number: int) -> Problem:
    made = proof_problem(f"p{number}")
    body = ProofBody(rubric=(RubricItem(text=text, points=2),), references=(text,), notes=text)
    return msgspec.structs.replace(made, title=text, statement=text, body=body)


KNOWN = {
    *(f"{tag}" for tag in (*ALLOWED, *PROSE, *MATHEMATICS, "script", "input", "label", "button")),
    *(f"{tag} {name}" for tag, names in ALLOWED.items() for name in names),
    *(f"{tag} {name}" for tag, names in PROSE.items() for name in names),
    *(f"{tag} {name}" for tag, names in MATHEMATICS.items() for name in names),
    *("input type", "button type", "td data-span", "th data-span", "th aria-sort"),
}
"""Every element, and every attribute of one, that a page has once its own script has run."""

LOOK = """({
  ran: globalThis.ran !== undefined || document.title === 'owned',
  names: [...new Set([...document.querySelectorAll('*')].flatMap((each) =>
    [each.localName, ...[...each.attributes].map((one) => `${each.localName} ${one.name}`)]))],
  away: [...document.querySelectorAll('[href], [src], [action], [data], [srcdoc]')]
    .map((each) => String(each.href?.baseVal ?? each.href ?? each.src ?? each.outerHTML))
    .filter((one) => !one.startsWith('file:')),
})"""
"""What a page has become: whether a canary sang, its elements with attributes, and its ways out."""


def wrongs(browser: Browser, page: Path) -> list[str]:
    """Open a page and return what should not be: of scripts, elements, addresses and requests."""
    visit = browser.visit(page)
    seen = browser.ask(LOOK)
    found = [*visit.complaints, *(f"asked for {each}" for each in visit.outside)]
    found += ["a script ran"] * seen["ran"]
    for each in seen["names"]:
        _, _, name = each.partition(" ")
        if each.lower() not in KNOWN and name not in EVERYWHERE:
            found.append(f"<{each}>")
    found += [f"leads to {each}" for each in seen["away"]]
    return [f"{page.name}: {each}" for each in found]


POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="[^"]*">\n')


def without_policy(report: Path) -> int:
    """Take the policy out of every page of a report, so that what got through would run."""
    changed = 0
    for page in report.rglob("*.html"):
        text, count = POLICY.subn("", page.read_text("utf-8"))
        assert count == 1, page
        page.write_text(text, "utf-8")
        changed += count
    return changed
