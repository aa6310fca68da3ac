"""The nouns: frozen values that the whole program speaks in.

One sample goes task → problem → attempt → (prompt → generation → submission →
grade → feedback)* → attempt end; each arrow leaves one record in the log. "Made
by" in a docstring names the only place that constructs the noun. Texts are held
by reference (:class:`TextRef`), so a log line stays small.

This module imports no other part of the program. It is msgspec structs rather
than dataclasses because the same declaration is then the JSON codec.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """What a submission or a test came to; ids follow Kattis and CLICS."""

    AC = "AC"
    PAC = "PAC"
    """Partly accepted: a score strictly between nothing and everything."""
    WA = "WA"
    TLE = "TLE"
    MLE = "MLE"
    OLE = "OLE"
    RTE = "RTE"
    CE = "CE"
    JE = "JE"
    """The judge failed (a checker broke its contract); never the contestant's fault."""
    SK = "SK"
    """Not run, because it could not change the score."""


class StoppedBy(StrEnum):
    """Which limit ended a process."""

    NONE = "none"
    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    OUTPUT = "output"


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one run of one program, before any judgement; made by a box."""

    exit_code: int | None
    """None when a signal ended it."""
    signal: int | None
    cpu_s: float
    """User + system seconds of the process and all its descendants."""
    wall_s: float
    peak_memory_bytes: int
    stopped_by: StoppedBy
    stdout_bytes: int = 0
    stdout_head: bytes = b""
    stderr_head: bytes = b""
    orphans: int = 0
    """Descendants still alive when the program ended; they were killed."""


# --- contests and problems ------------------------------------------------------------------


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
    AGGREGATOR = "aggregator"
    """A file of the program that grades test groups (``graders/`` of the legacy format)."""


class PackageFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the package in its role."""

    role: FileRole
    file: FileRef


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


class Subtask(msgspec.Struct, frozen=True, kw_only=True):
    """A group of tests that is scored as one."""

    name: str
    points: float
    tests: tuple[str, ...]


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
    TWO_STEPS = "two-steps"
    """The submission's second phase reads what its first one wrote."""


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
    """A testlib checker as Polygon calls it: input, output, answer; exit codes 0, 1, 2, 7."""


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
    processes: int = 1
    """Contestant processes of a communication problem."""
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
    validator_time_s: float | None = None
    """CPU seconds of an output validator; None is the judge's own limit."""
    validator_memory_bytes: int | None = None
    constants: tuple[tuple[str, str], ...] = ()
    """Replaced in submissions, included files and validators (2025-09)."""


class Equivalence(StrEnum):
    """When a final answer equals the expected one."""

    EXACT = "exact"
    INTEGER = "integer"


class AnswerBody(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """A problem whose submission is a final answer; made by a task."""

    expected: str
    equivalence: Equivalence


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


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of the contest that cannot be judged here, by name and with the reason."""

    id: str
    title: str
    max_points: float
    reason: str


class Cutoff(msgspec.Struct, frozen=True, kw_only=True):
    """A medal line of the human contest, in points of the whole contest."""

    medal: str
    points: float
    source: str = ""


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """Problems with rules and cutoffs; made by a task."""

    id: str
    title: str
    date: str
    """ISO date of the contest; a model trained later may have seen it."""
    rules: str
    """Key of :mod:`harness.rules`."""
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    submission_limit: int | None = None
    """Submissions per problem."""
    feedback: str = "none"
    """What a contestant learns from a submission: ``none``, ``verdict`` or ``oi_restricted``."""
    show_statements: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the result must know: provenance of answers, deviations."""
    hash: str = ""

    @property
    def judged_points(self) -> float:
        """Points that can be reached here: left-out problems do not count."""
        return sum(p.max_points for p in self.problems)

    @property
    def total_points(self) -> float:
        """Points of the whole contest, judged here or not."""
        return self.judged_points + sum(p.max_points for p in self.left_out)


# --- contestants and what they do -----------------------------------------------------------


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """How a model draws its text; every value is sent with every request."""

    temperature: float = 1.0
    top_p: float = 0.95
    max_tokens: int = 131072
    seed: int = 0
    """Seed of the run; each sample's own seed is hashed from it."""


class Contestant(msgspec.Struct, frozen=True, kw_only=True):
    """Model + sampling + strategy: one row of a scoreboard; made by a backend."""

    id: str
    title: str
    kind: str = "model"
    """``model``, ``recorded``, ``oracle`` or ``reference`` (made for a demo)."""


class TextRef(msgspec.Struct, frozen=True, kw_only=True):
    """A text in the run's blob store."""

    sha256: str
    size: int
    """Bytes of UTF-8."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One chat message."""

    role: str
    content: str


class Prompt(msgspec.Struct, frozen=True, kw_only=True, tag="prompt"):
    """What is asked of the model; the text is in the blob store as JSON messages."""

    id: str
    attempt: str
    ordinal: int
    text: TextRef
    template_hash: str


class FinishReason(StrEnum):
    """Why a generation ended. Without one there is no generation."""

    STOP = "stop"
    LENGTH = "length"
    TIMEOUT = "timeout"
    """Our own wall budget passed; the text is what had arrived."""
    RECORDED = "recorded"
    """Replayed; the recording does not say."""
    REJECTED = "rejected"
    """The server refused the request for good (context length, unknown parameter)."""


class Generation(msgspec.Struct, frozen=True, kw_only=True, tag="generation"):
    """One model output; made by a session from a backend's reply."""

    id: str
    attempt: str
    ordinal: int
    prompt: str
    text: TextRef
    reasoning: TextRef | None
    finish_reason: FinishReason
    tokens_in: int | None
    tokens_out: int | None
    seconds: float
    seed: int | None
    backend: str
    tries: int = 1


class Certainty(StrEnum):
    """How sure the extraction of a submission from a text is."""

    CLEAR = "clear"
    DOUBTFUL = "doubtful"


class SubmissionKind(StrEnum):
    """What is handed in."""

    CODE = "code"
    ANSWER = "answer"
    PROOF = "proof"


class Submission(msgspec.Struct, frozen=True, kw_only=True, tag="submission"):
    """What is handed in for judging; made by a session."""

    id: str
    attempt: str
    ordinal: int
    """From 1, in the order of handing in."""
    kind: SubmissionKind
    language: str
    """Key of ``languages.toml`` for code, else empty."""
    content: TextRef
    generations: tuple[str, ...]
    certainty: Certainty = Certainty.CLEAR


class TestResult(msgspec.Struct, frozen=True, kw_only=True):
    """One submission on one test; made by the code judge."""

    __test__ = False

    test: str
    verdict: Verdict
    score: float
    """0..1."""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_memory_bytes: int = 0
    reason: str = ""
    """A few words: which limit, which signal, or the checker's message."""
    given: float | None = None
    """The score that a validator gave in place of its group's (``score.txt``)."""


class SubtaskScore(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one subtask; made by the code judge."""

    name: str
    points: float
    max_points: float
    deciding_test: str = ""
    """The first test with the lowest score, when points were lost."""
    verdict: Verdict = Verdict.AC


class Grade(msgspec.Struct, frozen=True, kw_only=True, tag="grade"):
    """The judge's finding on one submission; made by a judge, never shown to a strategy."""

    submission: str
    attempt: str
    judge: str
    """Name and version, with the facts that can change a verdict (tier, compiler)."""
    verdict: Verdict
    points: float
    max_points: float
    subtasks: tuple[SubtaskScore, ...] = ()
    tests: tuple[TestResult, ...] = ()
    message: str = ""
    """Compiler output, or how equality of answers was decided; clipped."""
    cpu_s: float = 0.0
    """The largest of any test."""
    peak_memory_bytes: int = 0
    """The largest of any test."""


class SubtaskFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """What a contestant sees of a subtask."""

    name: str
    points: float
    max_points: float
    verdict: str = ""
    """Verdict of the first lowest-scoring test, where the contest shows it."""


class Feedback(msgspec.Struct, frozen=True, kw_only=True, tag="feedback"):
    """The part of a grade that the contest lets the contestant see; made by rules."""

    submission: str
    attempt: str
    points: float | None = None
    verdict: str = ""
    subtasks: tuple[SubtaskFeedback, ...] = ()
    message: str = ""


class NoteKind(StrEnum):
    """Why a note was written."""

    TRUNCATED = "truncated"
    NOTHING_EXTRACTED = "nothing-extracted"
    DOUBTFUL = "doubtful-extraction"
    RETRIED = "retried"
    NOT_GENERATED = "not-generated"
    REJECTED = "request-rejected"
    JUDGE_ERROR = "judge-error"
    VOID = "void"
    LIMIT = "submission-limit"


class Note(msgspec.Struct, frozen=True, kw_only=True, tag="note"):
    """Something a reader of the result should know."""

    attempt: str
    kind: NoteKind
    text: str


class AttemptStart(msgspec.Struct, frozen=True, kw_only=True, tag="attempt"):
    """One independent try of one contestant at one problem: the unit of resume and statistics.

    A second start of the same attempt says that it was taken up again; of records
    with the same id the last one counts.
    """

    id: str
    contestant: str
    problem: str
    sample: int
    """From 0."""
    time: str
    """ISO time, UTC."""


class AttemptStatus(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    EMPTY = "empty"
    """Nothing was generated (a recording says so): no submission and no score."""
    VOID = "void"
    """Lost to our infrastructure: excluded from every score, and counted."""


class AttemptEnd(msgspec.Struct, frozen=True, kw_only=True, tag="end"):
    """The result of an attempt under the contest's rules; made by a session."""

    attempt: str
    status: AttemptStatus
    points: float | None
    """None unless ``status`` is done."""
    max_points: float
    subtasks: tuple[SubtaskScore, ...] = ()
    """The best of each subtask over the submissions."""
    verdict: Verdict | None = None
    """Of the best submission; None when nothing was handed in."""
    submissions: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    reason: str = ""
    """Why it is void or empty."""


Record = AttemptStart | Prompt | Generation | Submission | Grade | Feedback | Note | AttemptEnd


# --- runs -----------------------------------------------------------------------------------


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for: everything that can change a score; made by config."""

    task: str
    task_version: str
    backend: str
    backend_args: tuple[tuple[str, str], ...] = ()
    """Sorted pairs; secrets never enter here."""
    strategy: str = "single"
    attempts: int | None = 1
    """Attempts per contestant and problem; None means as many as were recorded."""
    limit: int | None = None
    """First problems only."""
    sampling: Sampling = Sampling()
    prompt_language: str = "cpp"


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a run (``run.json``): written at the start, sealed at the end."""

    schema: int
    id: str
    spec: RunSpec
    contest: Contest
    contestants: tuple[Contestant, ...]
    planned: int
    """Attempts planned."""
    harness_version: str
    harness_commit: str
    judge: tuple[tuple[str, str], ...]
    """Facts of the judge: tier, compiler, runner hash; sorted pairs."""
    machine: tuple[tuple[str, str], ...]
    started: str
    ended: str = ""
    """Empty while running, or when the run was cut."""
