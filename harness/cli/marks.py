"""``harness marks``: proofs go out to people without names, and their marks come back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.cli.terminal import plain
from harness.clock import now
from harness.errors import StoreError, UsageError
from harness.history import AttemptLog, has_ended, history
from harness.marking import AGREED, apart, deciding, people_grade, rescored
from harness.rules import rules_of
from harness.sheets import empty_sheet, proof_name, read_sheet
from harness.store import RunFolder, RunWriter
from harness.types import PersonMark, Problem, ProofBody, Submission, SubmissionKind

SHEET = "marks.csv"
HTML = "html"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """One proof of a run."""

    name: str
    """What it is called on a sheet."""
    problem: Problem
    submission: Submission
    past: AttemptLog


def execute(args: argparse.Namespace) -> int:
    """Run one verb of ``harness marks``."""
    match args.verb:
        case "export":
            return _export(args)
        case "import":
            return _import(args)
    return _show(args)


def proofs_of(run: RunFolder) -> dict[str, Handed]:
    """Return the proofs of a run by their names on a sheet, in an order that tells nothing."""
    problems = {problem.id: problem for problem in run.record.contest.problems}
    found = {}
    for past in history(run).values():
        if past.start is None:
            continue
        for submission in past.submissions:
            if submission.kind is SubmissionKind.PROOF:
                name = proof_name(run.record.id, submission.id)
                found[name] = Handed(
                    name=name,
                    problem=problems[past.start.problem],
                    submission=submission,
                    past=past,
                )
    if not found:
        raise UsageError(
            f"{run.path} holds no proofs", hint="name a run of a contest that asks for proofs"
        )
    return {name: found[name] for name in sorted(found)}


def _export(args: argparse.Namespace) -> int:
    run = RunFolder(Path(args.run))
    proofs = proofs_of(run)
    if not args.all:
        proofs = {name: one for name, one in proofs.items() if not _marked(one)}
        if not proofs:
            print("every proof is marked by somebody; --all writes them again")
            return 0
    out = Path(args.output_path)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise UsageError(f"{out} is not empty", hint="name a folder that does not exist yet")
        for name, one in proofs.items():
            text = _page(one, run.text(one.submission.content), args.format)
            place = out / f"{one.problem.id}-{name}.{args.format}"
            place.write_bytes(text.encode("utf-8", "replace"))
        if args.format == HTML:
            _put_assets(out)
        sheet = empty_sheet([(name, one.problem) for name, one in proofs.items()])
        (out / SHEET).write_text(sheet, "utf-8")
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written: {error.strerror}", hint="name another folder with -o"
        ) from error
    print(f"{len(proofs)} proofs in {out}, without the names of those who wrote them")
    print(f"next: fill in {out / SHEET}, then harness marks import {args.run} {out / SHEET}")
    return 0


def _marked(one: Handed) -> bool:
    return bool(one.past.marked_by(one.submission.id))


def _put_assets(out: Path) -> None:
    """Write what the pages need beside them."""
    from reports.sheets import sheet_assets

    (out / "assets").mkdir()
    for name, data in sheet_assets().items():
        (out / "assets" / name).write_bytes(data)


def _page(one: Handed, proof: str, form: str) -> str:
    """Return what a marker reads: the problem, its scheme, and the proof."""
    if form == HTML:
        from reports.sheets import sheet_page

        return sheet_page(one.name, one.problem, proof)
    problem, body = one.problem, one.problem.body
    parts = [f"# {problem.title}: proof {one.name}", problem.statement.strip()]
    if isinstance(body, ProofBody):
        if body.rubric:
            lines = "\n".join(f"- {item.points:g}: {item.text}" for item in body.rubric)
            parts += ["## Marking scheme", lines]
        if body.notes:
            parts += ["## Guidelines", body.notes]
        if body.references:
            parts += ["## Reference solution", *body.references]
    parts += [f"## What was handed in ({problem.max_points:g} points)", proof]
    return "\n\n".join(parts) + "\n"


def _import(args: argparse.Namespace) -> int:
    with RunWriter(Path(args.run)) as run:
        proofs = proofs_of(run)
        given = read_sheet(
            Path(args.sheet),
            {name: one.problem for name, one in proofs.items()},
            args.person,
            whole=run.record.contest.rules == "imo",
        )
        if not given:
            print("the sheet holds no marks: every cell of points is empty")
            return 0
        time = now()
        touched: dict[str, Handed] = {}
        for mark in given:
            one = proofs[mark.proof]
            record = PersonMark(
                attempt=one.submission.attempt,
                submission=one.submission.id,
                person=mark.person,
                points=mark.points,
                comment=mark.comment,
                given=time,
            )
            run.append(record)
            one.past.add(record)
            touched[one.name] = one
        for one in touched.values():
            grade = people_grade(one.problem, one.submission, one.past.marked_by(one.submission.id))
            run.append(grade)
            one.past.add(grade)
        ended = _ends(run, touched)
        if has_ended(run) and not run.record.ended:
            run.seal(time)
    print(f"{len(given)} marks on {len(touched)} proofs; {ended} attempts scored anew")
    print(f"next: harness report {args.run} -o DIR")
    return 0


def _ends(run: RunWriter, touched: Mapping[str, Handed]) -> int:
    """Write the ends of the attempts that new grades change, and say how many."""
    spec, contest = run.record.spec, run.record.contest
    ended = 0
    for one in touched.values():
        rules = rules_of(contest, one.problem, spec.protocol)
        end = rescored(one.past, one.problem, rules)
        if end is not None:
            run.append(end)
            one.past.add(end)
            ended += 1
    return ended


def _show(args: argparse.Namespace) -> int:
    run = RunFolder(Path(args.run))
    proofs = proofs_of(run)
    if args.json:
        print(json.dumps([_shown(name, one) for name, one in proofs.items()]))
        return 0
    print("| proof | problem | jury | people | apart |\n| --- | --- | ---: | --- | ---: |")
    double = differing = 0
    distance = 0.0
    for name, one in proofs.items():
        marks = one.past.marked_by(one.submission.id)
        persons = [mark for mark in marks if mark.person != AGREED]
        if len(persons) > 1:
            double += 1
            differing += apart(marks) > 0
            distance += apart(marks)
        given = ", ".join(f"{plain(mark.person)} {mark.points:g}" for mark in marks)
        counts = f": {deciding(marks):g} counts" if len(marks) > 1 else ""
        between = f"{apart(marks):g}" if len(persons) > 1 else ""
        jury = _jury_points(one)
        print(f"| {name} | {one.problem.id} | {jury} | {given}{counts} | {between} |")
    marked = sum(map(_marked, proofs.values()))
    said = f"{marked} of {len(proofs)} proofs are marked by people, {double} by more than one"
    if double:
        said += f"; of these {differing} differ, by {distance / double:.2f} points on average"
    print(f"\n{said}")
    return 0


def _shown(name: str, one: Handed) -> dict[str, object]:
    """Return who gave what to a proof, as the object that ``--json`` prints."""
    marks = one.past.marked_by(one.submission.id)
    found = one.past.jury_grades.get(one.submission.id)
    return {
        "proof": name,
        "problem": one.problem.id,
        "jury": found.points if found is not None else None,
        "people": [{"person": mark.person, "points": mark.points} for mark in marks],
        "counts": deciding(marks) if marks else None,
    }


def _jury_points(one: Handed) -> str:
    """Return what a jury of models gave, whether it counts or not."""
    found = one.past.jury_grades.get(one.submission.id)
    return f"{found.points:g}" if found is not None else "-"
