"""The jury programs of a package: their sources, and what is declared of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import CodeBody, Edition, Group, Problem, Verdict
from tasks.packages import cms
from tasks.packages.expectations import CRASHES, REJECTED, Expectation, Rule, Share
from tasks.packages.files import digest, inside, text, wrong
from tasks.packages.kattis.problem_yaml import LANGUAGES
from tasks.packages.polygon_jury import DO_NOT_RUN, read_declared
from tasks.packages.sources import IS_PYTHON_2, Handed, read_submission
from tasks.packages.sources import NAME as ALLOWED
from tasks.packages.submissions_json import SubmissionsJson
from tasks.packages.submissions_yaml import NAME as SUBMISSIONS_YAML
from tasks.packages.submissions_yaml import SubmissionsYaml
from tasks.packages.tags import Tags, read_tags

FOLDERS: dict[str, tuple[Verdict, ...]] = {
    "accepted": (Verdict.AC,),
    "partially_accepted": (Verdict.PAC,),
    "wrong_answer": (Verdict.WA,),
    "time_limit_exceeded": (Verdict.TLE,),
    "run_time_error": CRASHES,
}
"""Folders of the legacy edition and the verdict of what is in them, which no tag changes."""

OTHER_FOLDERS: dict[str, tuple[Verdict, ...]] = {
    "rejected": REJECTED,
    "brute_force": (Verdict.TLE, *CRASHES, Verdict.PAC),
    "slow_accepted": (Verdict.AC, Verdict.TLE),
    "compiler_error": (Verdict.CE,),
    "output_limit": (Verdict.OLE,),
    "no_output": (Verdict.WA,),
}
"""Folders that are found in packages; a tag says it better."""

LABELS = {
    "model_solution": Share.ALL,
    "correct": Share.SOME,  # some are only correct on the subtask they are named after
    "partially_correct": Share.PART,
    "incorrect": Share.NOT_ALL,
    "failed": Share.NOT_ALL,
    "time_limit": Share.NOT_ALL,
    "memory_limit": Share.NOT_ALL,
    "runtime_error": Share.NOT_ALL,
    "protocol_violation": Share.NOT_ALL,
}
"""Folders of ``solutions/`` in an IOI package: the overall intent, not the points."""


class JuryProgram(msgspec.Struct, frozen=True, kw_only=True):
    """One program of the jury."""

    name: str
    """Path under ``submissions/`` or ``solutions/``."""
    label: str
    """What kind of program it is: the folder it is in, or its verdict in ``solutions.json``."""
    handed: Handed
    expectation: Expectation

    @property
    def reference(self) -> bool:
        """Whether it must reach everything there is."""
        said = self.expectation
        return (
            self.label in ("accepted", "model_solution")
            or said.verdicts == (Verdict.AC,)
            or said.share is Share.ALL
            or (bool(said.subtasks) and all(share is Share.ALL for _, share in said.subtasks))
        )


def read_jury(problem: Problem) -> tuple[JuryProgram, ...]:
    """Return every file and folder that may be a submission, in order of name.

    What is no program that could be judged comes with the reason. Raises
    :class:`~harness.errors.TaskDataError` for declarations that cannot be read.
    """
    folder = Path(problem.folder)
    if not isinstance(problem.body, CodeBody):
        return ()
    if problem.body.edition is Edition.CMS:
        return tuple(_ioi(folder, problem))
    return tuple(_kattis(folder, problem, problem.body))


def as_declared(problem: Problem, programs: Iterable[JuryProgram]) -> Problem:
    """Return the problem as programs are judged on it that are compared with their declarations.

    Without early stops where any of them is declared by single tests.
    """
    by_test = any(program.expectation.rules for program in programs)
    return exhaustive(problem) if by_test else problem


def exhaustive(problem: Problem) -> Problem:
    """Return the problem with no early stop in its test groups.

    Declarations of single tests need all of them run. Where a group's verdict is that of its
    first rejection, no verdict and no score changes.
    """
    body = problem.body
    if not isinstance(body, CodeBody) or body.group is None:
        return problem
    body = msgspec.structs.replace(body, group=_unbroken(body.group))
    return msgspec.structs.replace(problem, body=body, hash=digest(body))


def _unbroken(group: Group) -> Group:
    return msgspec.structs.replace(
        group, break_on_reject=False, groups=tuple(_unbroken(inner) for inner in group.groups)
    )


def _kattis(folder: Path, problem: Problem, body: CodeBody) -> Iterator[JuryProgram]:
    current = body.edition is Edition.PPF_2025_09
    declared = SubmissionsYaml(folder) if current else None
    details = SubmissionsJson(folder)
    groups = _secret_groups(folder)
    for place in _programs(folder, folder / "submissions"):
        name = place.relative_to(folder / "submissions").as_posix()
        label = place.parent.name
        if declared is None:
            detail = details.of(name)
            handed = _read(problem, place, code=detail.language, entry=detail.entry)
            tags = read_tags(handed.source.files) if handed.source else Tags()
            yield JuryProgram(
                name=name,
                label=label,
                handed=handed,
                expectation=_by_folder(label, tags, groups, body),
            )
            continue
        said = declared.of(name)
        handed = _read(problem, place, code=said.language, entry=said.entry, shebang=False)
        yield JuryProgram(
            name=name,
            label=label,
            handed=handed,
            expectation=_by_rules(said.rules, said.entries),
        )


def _by_folder(label: str, tags: Tags, groups: tuple[str, ...], body: CodeBody) -> Expectation:
    grades = tuple(zip(groups, tags.grades, strict=False))
    if tags.points is not None and body.scored:
        return Expectation(declared=f"{tags.points:g} points", points=tags.points, groups=grades)
    verdicts = FOLDERS.get(label)
    if verdicts is None and tags.results:
        return Expectation(
            declared=", ".join(tags.results).lower(), verdicts=tags.verdicts, groups=grades
        )
    if verdicts is None:
        verdicts = OTHER_FOLDERS.get(label, ())
    if label == "partially_accepted" and not body.scored:
        return Expectation(declared=label, note="only scored problems have partial points")
    return Expectation(
        declared=label if verdicts or grades else f"{label}: nothing",
        verdicts=verdicts,
        groups=grades,
        note=tags.note,
    )


def _by_rules(rules: tuple[Rule, ...], entries: tuple[str, ...]) -> Expectation:
    return Expectation(declared=", ".join(entries) if rules else "nothing", rules=rules)


def _secret_groups(folder: Path) -> tuple[str, ...]:
    """Return the names of the groups that ``@EXPECTED_GRADES@`` counts, present or not."""
    secret = folder / "data" / "secret"
    if not secret.is_dir():
        return ()
    return tuple(f"secret/{place.name}" for place in sorted(secret.iterdir()) if place.is_dir())


def _ioi(folder: Path, problem: Problem) -> Iterator[JuryProgram]:
    if (folder / "solutions.json").is_file():
        yield from _tps(folder, problem)
        return
    if not (folder / cms.MANIFEST).is_file():
        yield from _polygon(folder, problem)
        return
    for place in _programs(folder, folder / "solutions"):
        label = place.parent.name
        yield JuryProgram(
            name=place.relative_to(folder / "solutions").as_posix(),
            label=label,
            handed=_read(problem, place),
            expectation=Expectation(
                declared=label if label in LABELS else f"{label}: nothing",
                share=LABELS.get(label),
            ),
        )


class TpsSolution(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of ``solutions.json``."""

    verdict: str
    exceptions: dict[str, str] = msgspec.field(name="except", default_factory=dict)


TPS_VERDICTS = {
    "model_solution": Share.ALL,
    "correct": Share.ALL,
    "partially_correct": Share.PART,
    **dict.fromkeys(
        (
            *("incorrect", "failed", "time_limit", "memory_limit", "runtime_error"),
            *("time_limit_and_runtime_error", "protocol_violation"),
        ),
        Share.NONE,
    ),
}


def _tps(folder: Path, problem: Problem) -> Iterator[JuryProgram]:
    place = folder / "solutions.json"
    try:
        solutions = msgspec.json.decode(text(folder, place), type=dict[str, TpsSolution])
        subtasks = json.loads(text(folder, folder / "subtasks.json"))["subtasks"]
        names = sorted(subtasks, key=lambda name: subtasks[name]["index"])
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise wrong(place, f"{error}") from None
    assert isinstance(problem.body, CodeBody)
    judged = {subtask.name for subtask in problem.body.subtasks}  # some may lack all their tests
    for name, said in solutions.items():
        labels = {subtask: said.exceptions.get(subtask, said.verdict) for subtask in names}
        unknown = {*labels.values()} - {*TPS_VERDICTS}
        if unknown or {*said.exceptions} - {*names}:
            raise wrong(place, f"{name[:80]} has unknown verdicts or subtasks")
        yield JuryProgram(
            name=name,
            label=said.verdict,
            handed=_read(problem, folder / "solution" / name),
            expectation=Expectation(
                declared=said.verdict
                + (f" (except {len(said.exceptions)})" * bool(said.exceptions)),
                subtasks=tuple(
                    (subtask, TPS_VERDICTS[of])
                    for subtask, of in labels.items()
                    if subtask in judged
                ),
            ),
        )


def _polygon(folder: Path, problem: Problem) -> Iterator[JuryProgram]:
    assert isinstance(problem.body, CodeBody)
    for said in read_declared(folder, scored=problem.body.scored):
        if said.tag == DO_NOT_RUN:
            handed = Handed(problem="is not to be run, as its tag says")
        elif said.language == "python2":
            handed = Handed(problem=IS_PYTHON_2)
        else:
            handed = _read(problem, folder / said.path, key=said.language, shebang=False)
        yield JuryProgram(
            name=said.path.removeprefix("solutions/"),
            label=said.tag,
            handed=handed,
            expectation=said.expectation,
        )


def _read(
    problem: Problem,
    place: Path,
    *,
    code: str = "",
    key: str = "",
    entry: str = "",
    shebang: bool = True,
) -> Handed:
    """Read a program; its language is given by a code of the format, by our key, or by neither."""
    folder = Path(problem.folder)
    try:
        for each in (place, *(place.iterdir() if place.is_dir() else ())):
            inside(folder, each)
    except TaskDataError as error:
        return Handed(problem=f"cannot be read: {error.message}")
    if not ALLOWED.fullmatch(place.name):
        return Handed(problem="has a name that the format does not allow")
    if code and code not in LANGUAGES:
        return Handed(problem=f"is in {code[:20]}, which is not judged")
    key = LANGUAGES[code][0] if code else key
    return read_submission(problem, place, language=key, entry=entry, shebang=shebang)


def _programs(folder: Path, place: Path) -> Iterator[Path]:
    """Yield what stands in the folders of a folder; hidden files are not there."""
    if not place.is_dir():
        return
    for label in sorted(place.iterdir()):
        inside(folder, label)
        if not label.is_dir() or label.name.startswith("."):
            continue
        for entry in sorted(label.iterdir()):
            if not entry.name.startswith(".") and entry.name not in (
                "__pycache__",
                SUBMISSIONS_YAML,
            ):
                yield entry
