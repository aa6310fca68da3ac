"""LiveCodeBench Pro: problems of Codeforces, the ICPC and the IOI by difficulty, in C++."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.prompts import Prompting
from harness.task import DataProblem, Defaults, Extraction, Tools
from harness.types import Contest, Grade, LeftOut, Problem, Submission, Template
from tasks.code_prompt import code_prompt
from tasks.code_task import judge_source
from tasks.difficulties import EASIEST_FIRST, lacking, left_out
from tasks.extract import extract_code
from tasks.fences import fences_of
from tasks.livecodebench_pro.row import Row, read_rows, split_of
from tasks.packages.archive import opened
from tasks.packages.files import decoded, inside
from tasks.packages.find import copy_package
from tasks.packages.lightcp import KEPT, read_lightcp
from tasks.packages.polygon import TESTLIB

HERE = Path(__file__).parent
STORE = "livecodebench_pro"
FILE = "problem.json"
LANGUAGE = "cpp17"
"""As its own judge compiles; C++20 is taken too."""


class Quarter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Problems that are counted together."""

    id: str
    title: str
    date: str
    split: str = ""
    """Empty: all splits."""
    problems: int | None = None


class _Quarters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    quarters: tuple[Quarter, ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A problem as it is in the data store, beside its package."""

    row: Row
    split: str


class LiveCodeBenchPro:
    """All problems that are in the data store."""

    id = "livecodebench_pro"
    store = STORE
    version = "1"
    defaults = Defaults(prompt_language=LANGUAGE, attempts=8)

    def __init__(self) -> None:
        read = msgspec.toml.decode((HERE / "quarters.toml").read_bytes(), type=_Quarters)
        (self._quarter,) = (one for one in read.quarters if one.id == self.id)

    def contest(self, data: DataStore) -> Contest:
        """Return the problems whose packages are whole, the easy ones first."""
        held = self._held(data)
        problems: list[Problem] = []
        gaps: list[LeftOut] = []
        for kept in held:
            found = _problem(data, kept)
            if isinstance(found, str):
                gaps.append(left_out(kept.row.problem_id, kept.row.problem_title, found))
            else:
                problems.append(found)
        if not held:
            how = f"no problem in the data store (`harness data add {self.id} DIR` brings them in)"
            gaps = [left_out("all", "all problems", how)]
        return Contest(
            id=self.id,
            title=self._quarter.title,
            date=self._quarter.date,
            rules="independent",
            problems=tuple(problems),
            left_out=tuple(gaps),
            submission_limit=1,
            languages=(LANGUAGE, "cpp"),
            sources=("https://github.com/GavinZhengOI/LiveCodeBench-Pro (d614eef)",),
            notes=tuple(filter(None, (lacking(self.id, len(held), self._quarter.problems),))),
        ).sealed()

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Ask as LiveCodeBench Pro asks."""
        return code_prompt(HERE / "prompts", problem, language, template)

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Find the last C++ block."""
        return extract_code(text, LANGUAGE, fences_of("cpp"))

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        """Judge the source on every test."""
        return judge_source(problem, submission, content, tools)

    def add_data(
        self,
        data: DataStore,
        source: Path,
        tools: Tools,  # noqa: ARG002
    ) -> tuple[DataProblem, ...]:
        """Take in statements, and the package beside them of every problem that has one.

        Raises :class:`~harness.errors.TaskDataError` when there are no statements, or when a line
        of them is damaged: then nothing came in.
        """
        files = sorted(source.glob("*.jsonl")) if source.is_dir() else []
        for place in files:
            inside(source, place)
        rows = {
            row.problem_id: Kept(row=row, split=split_of(f)) for f in files for row in read_rows(f)
        }
        if not rows:
            raise TaskDataError(
                f"{source} holds no statements of LiveCodeBench Pro",
                hint="name a folder with the statements as JSON lines, the published packages "
                f"(NAME.zip) and {TESTLIB}",
            )
        return tuple(self._add(data, source, kept) for kept in rows.values())

    def _add(self, data: DataStore, source: Path, kept: Kept) -> DataProblem:
        name = kept.row.problem_id
        package = next((p for p in (source / name, source / f"{name}.zip") if p.exists()), None)
        with data.filling(STORE, name) as folder:
            (folder / FILE).write_bytes(msgspec.json.encode(kept))
            if package is not None:
                inside(source, package)
                with opened(package) as unpacked:
                    copy_package(unpacked, folder, KEPT)
            if not (folder / TESTLIB).exists() and (source / TESTLIB).is_file():
                shutil.copyfile(source / TESTLIB, folder / TESTLIB)
        found = _problem(data, kept)
        if isinstance(found, str):
            return DataProblem(problem=name, ready=False, missing=(found,))
        tests = len(getattr(found.body, "tests", ()))
        return DataProblem(problem=name, ready=True, tests=tests)

    def _held(self, data: DataStore) -> list[Kept]:
        places = sorted((data.root / STORE).glob(f"[!.]*/{FILE}"))
        held = [decoded(place, Kept) for place in places]
        mine = [kept for kept in held if self._quarter.split in ("", kept.split)]
        return sorted(mine, key=lambda k: (EASIEST_FIRST.index(k.row.difficulty), k.row.problem_id))


class LiveCodeBenchPro25Q1(LiveCodeBenchPro):
    """166 problems of January to March 2025."""

    id = "livecodebench_pro_25q1"


class LiveCodeBenchPro25Q2(LiveCodeBenchPro):
    """167 problems of April to June 2025."""

    id = "livecodebench_pro_25q2"


def _problem(data: DataStore, kept: Kept) -> Problem | str:
    """Return a problem, or why it cannot be judged."""
    row = kept.row
    folder = data.folder(STORE, row.problem_id)
    try:
        found = read_lightcp(folder, row.problem_id, row.problem_title, row.problem_statement)
    except TaskDataError as error:
        return error.message
    return msgspec.structs.replace(found, subset=row.difficulty)
