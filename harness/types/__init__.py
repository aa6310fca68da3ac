"""The nouns: frozen values that the whole program speaks in.

One sample goes task → problem → attempt → (prompt → generation → submission →
grade → feedback)* → attempt end; each arrow leaves one record in the log. "Made
by" in a docstring names the only place that constructs the noun. Texts are held
by reference (:class:`TextRef`), so a log line stays small.

This module imports no other part of the program. It is msgspec structs rather
than dataclasses because the same declaration is then the JSON codec.
"""

from harness.types.attempts import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Certainty,
    Contestant,
    Generation,
    Note,
    NoteKind,
    Prompt,
    Submission,
    SubmissionKind,
)
from harness.types.certificates import Certificate, SelfTest, TestedProgram
from harness.types.contests import (
    Contest,
    Cutoff,
    FeedbackLevel,
    HumanMark,
    Humans,
    LeftOut,
    MedalPlace,
)
from harness.types.grades import Feedback, Grade, SubtaskFeedback, SubtaskScore, TestResult
from harness.types.juries import Juror, Jury, JuryFile, JurySampling, names_in
from harness.types.limits import InferredLimit, TimeRule
from harness.types.marks import (
    AVERAGES,
    Aggregate,
    Mark,
    Marking,
    Opinion,
    PersonMark,
    Purpose,
    Scale,
)
from harness.types.problems import (
    Aggregation,
    AnswerBody,
    Body,
    CodeBody,
    CodeKind,
    Comparison,
    Edition,
    Equivalence,
    FileRef,
    FileRole,
    Group,
    HandIn,
    PackageFile,
    Problem,
    ProofBody,
    RubricItem,
    Subtask,
    Test,
    VerdictMode,
)
from harness.types.protocols import (
    Legality,
    OpenChoice,
    Protocol,
    ProtocolLoop,
    ProtocolPrompt,
    ProtocolSampling,
    ProtocolScorer,
    ProtocolSubmission,
    Scope,
)
from harness.types.records import Record
from harness.types.runs import CEILING, RunRecord, RunSpec
from harness.types.sampling import FinishReason, Sampling
from harness.types.sandboxes import Sandbox
from harness.types.sources import Source
from harness.types.texts import Message, Template, TextRef
from harness.types.trials import Ran, Trial, TrialKind
from harness.types.verdicts import Execution, StoppedBy, Verdict

__all__ = [
    "AVERAGES",
    "CEILING",
    "Aggregate",
    "Aggregation",
    "AnswerBody",
    "AttemptEnd",
    "AttemptStart",
    "AttemptStatus",
    "Body",
    "Certainty",
    "Certificate",
    "CodeBody",
    "CodeKind",
    "Comparison",
    "Contest",
    "Contestant",
    "Cutoff",
    "Edition",
    "Equivalence",
    "Execution",
    "Feedback",
    "FeedbackLevel",
    "FileRef",
    "FileRole",
    "FinishReason",
    "Generation",
    "Grade",
    "Group",
    "HandIn",
    "HumanMark",
    "Humans",
    "InferredLimit",
    "Juror",
    "Jury",
    "JuryFile",
    "JurySampling",
    "LeftOut",
    "Legality",
    "Mark",
    "Marking",
    "MedalPlace",
    "Message",
    "Note",
    "NoteKind",
    "OpenChoice",
    "Opinion",
    "PackageFile",
    "PersonMark",
    "Problem",
    "Prompt",
    "ProofBody",
    "Protocol",
    "ProtocolLoop",
    "ProtocolPrompt",
    "ProtocolSampling",
    "ProtocolScorer",
    "ProtocolSubmission",
    "Purpose",
    "Ran",
    "Record",
    "RubricItem",
    "RunRecord",
    "RunSpec",
    "Sampling",
    "Sandbox",
    "Scale",
    "Scope",
    "SelfTest",
    "Source",
    "StoppedBy",
    "Submission",
    "SubmissionKind",
    "Subtask",
    "SubtaskFeedback",
    "SubtaskScore",
    "Template",
    "Test",
    "TestResult",
    "TestedProgram",
    "TextRef",
    "TimeRule",
    "Trial",
    "TrialKind",
    "Verdict",
    "VerdictMode",
    "names_in",
]
