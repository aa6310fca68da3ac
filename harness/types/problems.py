"""A problem: one statement with limits, and a body that says how it is judged."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from harness.types.limits import InferredLimit


class FileRef(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a problem package."""

    path: str
    """Relative to the package's folder, with forward slashes."""
    sha256: str
    size: int


class FileRole(StrEnum):
    """What a package file is for."""

    GRADER = "grader"
    """Source compiled together with the submission (CMS: grader or stub)."""
    HEADER = "header"
    CHECKER = "checker"
    MANAGER = "manager"
    """The organisers' side of a communication problem."""
    REFERENCE = "reference"
    """A solution that must reach full marks."""
    SUPPORT = "support"
    """Needed to compile a checker or manager (testlib.h)."""
    VALIDATOR = "validator"
    """A file of the output validator's folder (problem package format)."""
    INCLUDE = "include"
    """Put beside a submission in the language its folder names (``include/<language>/``)."""
    INPUT_VALIDATOR = "input validator"
    """A file of a program that checks test inputs; it takes no part in judging."""
    AGGREGATOR = "aggregator"
    """A file of the program that grades test groups (``graders/`` of the legacy format)."""


class PackageFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the package in its role."""

    role: FileRole
    file: FileRef


class HandIn(StrEnum):
    """What a submission may hand in for a test."""

    PROGRAM = "program"
    """A program, which is run."""
    EITHER = "either"
    """The output itself; where there is none, the program is run."""
    OUTPUT = "output"
    """The output itself, and nothing is run."""


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """One test case, by reference."""

    __test__ = False  # not a pytest class

    name: str
    input: FileRef
    answer: FileRef | None = None
    args: tuple[str, ...] = ()
    """Arguments of the submission."""
    validator_args: tuple[str, ...] = ()
    """Further arguments of the output validator, the default one included."""
    files: tuple[FileRef, ...] = ()
    """Put into the submission's folder, under their own names."""
    hand_in: HandIn = HandIn.PROGRAM


class Subtask(msgspec.Struct, frozen=True, kw_only=True):
    """A group of tests that is scored as one."""

    name: str
    points: float
    tests: tuple[str, ...]
    threshold: float | None = None
    """With the score type ``group_threshold``, the highest outcome of a test that is right."""


class Aggregation(StrEnum):
    """How the scores of a group's parts become its score."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVERAGE = "avg"
    PASS_FAIL = "pass-fail"
    """The group's highest score when everything in it is accepted, else 0."""


class VerdictMode(StrEnum):
    """How the verdicts of a group's parts become its verdict (the legacy format's grader)."""

    WORST_ERROR = "worst_error"
    FIRST_ERROR = "first_error"
    ALWAYS_ACCEPT = "always_accept"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A node of a test tree, for the problem package format; made by its reader.

    Sources: the format's legacy edition (``testdata.yaml``, "Graders") and its 2025-09
    edition (``test_group.yaml``, "Result aggregation"), which is read into the same fields.
    """

    name: str
    """Path under ``data/``; empty for the root."""
    tests: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    """Judged in order of name, mixed with the tests."""
    verdicts: VerdictMode = VerdictMode.WORST_ERROR
    scores: Aggregation = Aggregation.SUM
    break_on_reject: bool = True
    """Whether the first rejection ends the judging of this group."""
    accept_if_any: bool = False
    """Accepted when any part is."""
    ignore_sample: bool = False
    """Only the second part counts (at the root: the secret tests)."""
    accept_score: float | None = 1.0
    """Score of an accepted test; None when the validator must give one (unbounded)."""
    reject_score: float = 0.0
    lowest: float | None = None
    """A score below it is the judge's failure; None is no bound."""
    highest: float | None = None
    """A score above it is the judge's failure; None is no bound."""
    custom: tuple[str, ...] | None = None
    """Arguments for the package's own aggregator, where that grades the group."""
    require_pass: tuple[str, ...] = ()
    """Names of groups that must be accepted, or this one is not judged."""


class CodeKind(StrEnum):
    """How a submission meets its tests (the task types of CMS, and an interactive validator)."""

    BATCH = "batch"
    COMMUNICATION = "communication"
    INTERACTIVE = "interactive"
    """The output validator talks with the submission over its input and output."""
    OUTPUT_ONLY = "output-only"
    """What is handed in are the outputs themselves, one per test."""
    BATCH_AND_OUTPUT = "batch-and-output"
    """A program, outputs, or both; each test says what it takes (``Test.hand_in``)."""
    TWO_STEPS = "two-steps"
    """The program is run twice, and its second phase reads what its first one wrote."""


class Comparison(StrEnum):
    """How an output is judged."""

    WHITESPACE = "whitespace"
    """CMS's comparison by white space."""
    CHECKER = "checker"
    """A checker that prints a score (CMS)."""
    DEFAULT_VALIDATOR = "default-validator"
    """The problem package format's own comparison by tokens, with its flags."""
    VALIDATOR = "validator"
    """The package's output validator: exit code 42 or 43."""
    TESTLIB = "testlib"
    """A testlib checker as Polygon calls it: input, output, answer; its exit code is its word."""
    LINES = "lines"
    """LiveCodeBench's of programs: by lines, as text or as decimals. A submission in Python is run
    by a driver that brings in what LiveCodeBench imports."""
    VALUE = "value"
    """LiveCodeBench's of functions: a driver calls the one that a test's arguments name with the
    JSON lines of its input, and what it returns must equal the answer, which is JSON."""


class Edition(StrEnum):
    """Which rules give a test its score."""

    CMS = "cms"
    LEGACY = "legacy"
    """``score.txt`` is the score."""
    PPF_2025_09 = "2025-09"
    """``score_multiplier.txt`` or ``score.txt``, only where the group is scored."""


class CodeBody(msgspec.Struct, frozen=True, kw_only=True, tag="code"):
    """A programming problem; made by a package reader."""

    kind: CodeKind
    time_limit_s: float
    memory_limit_bytes: int
    languages: tuple[str, ...]
    """Keys of ``sandbox/languages.toml`` a submission may be written in."""
    score_type: str
    """Key of ``sandbox.subtasks``: how test scores become subtask points."""
    score_precision: int
    """Decimal places a subtask's points are rounded to before anything is compared."""
    comparison: Comparison
    subtasks: tuple[Subtask, ...]
    tests: tuple[Test, ...]
    files: tuple[PackageFile, ...] = ()
    source_name: str = "solution"
    """File name, without suffix, that the package expects the submission to have."""
    input_file: str = ""
    """The submission reads the input from a file of this name; empty is standard input."""
    output_file: str = ""
    """The submission writes its output into a file of this name; empty is standard output."""
    processes: int = 1
    """Contestant processes of a communication problem."""
    manager_then_checker: bool = False
    """What the manager of a communication problem prints is an output for the checker, and not
    the score (TPS: ``has_checker``)."""
    group: Group | None = None
    """The test tree of the problem package format; ``subtasks`` are then empty."""
    edition: Edition = Edition.CMS
    scored: bool = True
    """False for a pass-fail problem: 1 point when accepted, else 0."""
    passes: int = 1
    """Most runs of one test, where the validator asks for another (multi-pass)."""
    output_limit_bytes: int | None = None
    """Standard output of the submission; None is the judge's own limit."""
    source_limit_bytes: int | None = None
    compile_time_s: float | None = None
    """CPU seconds of compiling a submission; None is the judge's own limit."""
    compile_memory_bytes: int | None = None
    validator_time_s: float | None = None
    """CPU seconds of an output validator; None is the judge's own limit."""
    validator_memory_bytes: int | None = None
    constants: tuple[tuple[str, str], ...] = ()
    """Replaced in submissions, included files and validators (2025-09)."""

    @property
    def samples(self) -> tuple[str, ...]:
        """Names of the tests that every contestant is given.

        In packages of CMS they are those of subtasks without points; in the problem package
        format those of ``data/sample``.
        """
        if self.group is not None:
            return tuple(test.name for test in self.tests if test.name.startswith("sample/"))
        free = {name for subtask in self.subtasks if not subtask.points for name in subtask.tests}
        return tuple(test.name for test in self.tests if test.name in free)


class Equivalence(StrEnum):
    """When a final answer equals the expected one."""

    EXACT = "exact"
    """The same text, white space collapsed."""
    INTEGER = "integer"
    """The same integer, however it is written."""
    AIME = "aime"
    """The same whole number from 0 to 999; leading zeros are the AIME's own way of writing."""
    SYMBOLIC = "symbolic"
    """The same mathematical object (:mod:`harness.judges.answers`)."""


class Grader(StrEnum):
    """Who says whether an answer is equal."""

    SYMBOLIC = "symbolic"
    """The program alone; what it cannot tell stays unresolved."""
    JUDGE = "judge"
    """A model, for every answer."""
    SYMBOLIC_THEN_JUDGE = "symbolic_then_judge"
    """The program, and a model where that is unresolved."""


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True, tag="answer", omit_defaults=True):
    """A problem whose submission is a final answer; made by a task.

    Defaults are left out where it is written, so that they change no problem's hash.
    """

    expected: str
    equivalence: Equivalence
    accepted: tuple[str, ...] = ()
    """Other answers that are right as well, compared in the same way."""
    grader: Grader = Grader.SYMBOLIC


class RubricItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a marking scheme."""

    text: str
    points: float


class ProofBody(msgspec.Struct, frozen=True, kw_only=True, tag="proof"):
    """A problem whose submission is a proof; made by a task."""

    rubric: tuple[RubricItem, ...] = ()
    references: tuple[str, ...] = ()
    notes: str = ""


Body = CodeBody | AnswerBody | ProofBody


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One statement with limits and a body; made by a task."""

    id: str
    title: str
    statement: str
    """Markdown; never shown in a report unless the contest's policy allows it."""
    max_points: float
    body: Body
    folder: str = ""
    """Package folder on this machine; empty for problems without files."""
    hash: str = ""
    """SHA-256 over everything that can change a verdict."""
    inferred: InferredLimit | None = None
    """The evidence for a time limit that the package leaves open: it is not a published one."""
    subset: str = ""
    """The part of a benchmark that it is in, whose mean is given beside that of the whole."""
    starter: str = ""
    """Code that a contestant is given to fill in, where a function is asked for."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The texts that a model is asked with: no verdict hangs on them, so no hash has them."""
        return self.title, self.statement, self.starter

    @property
    def parts(self) -> int:
        """How many subtasks give points; 1 of a problem that has none."""
        body = self.body
        return max(1, sum(bool(s.points) for s in getattr(body, "subtasks", ())))
