"""The jury of a run: what the flags, the protocol or the task say, and its models opened."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from harness.backend import Backend, BackendContext
from harness.bench import Bench, seated
from harness.cli.manifest import places_in
from harness.config import environment, parse_pairs
from harness.errors import UsageError
from harness.findings import Findings, judge_standing
from harness.judges.proofs import ProofJudge
from harness.judges.proofs.questions import shown_with
from harness.juries import PEOPLE, find_jury, identity_of, read_jury
from harness.plugins import jury_folders, load_backend
from harness.task import Task
from harness.types import AnswerBody, Contest, JudgeStanding, Juror, Jury, ProofBody, Protocol

WAYS = (
    "say --judge-model KIND and its settings with --judge-args, once for each model; or "
    f"--jury {PEOPLE}, and people mark what `harness marks export` writes"
)


def jury_of(
    args: argparse.Namespace, task: Task, contest: Contest, protocol: Protocol | None
) -> Jury | None:
    """Return the jury of a new run, or None where nothing needs one, or people mark.

    Raises :class:`~harness.errors.UsageError` where proofs would wait for nobody.
    """
    kinds: Sequence[str] = args.judge_model or ()
    proofs = [problem for problem in contest.problems if isinstance(problem.body, ProofBody)]
    named = args.jury or ""
    if args.judge_args and not kinds:
        raise UsageError(
            "--judge-args without --judge-model: settings of no model",
            hint="say --judge-model KIND before them",
        )
    answers = any(isinstance(problem.body, AnswerBody) for problem in contest.problems)
    if not proofs:
        return _comparers(args, contest, protocol) if answers else None
    if named == PEOPLE:
        if kinds:
            raise UsageError(
                f"--jury {PEOPLE} and --judge-model contradict each other", hint="give one of them"
            )
        return None
    if not kinds:
        raise UsageError(
            f"{contest.id} asks for proofs, and no model is named to mark them", hint=WAYS
        )
    asked = protocol.scorer.jury if protocol is not None else ""
    if named and asked and named != asked:
        raise UsageError(
            f"--jury is the protocol's to say ({protocol.id if protocol else ''}: {asked})",
            hint="leave out --jury, or copy the protocol's file and change it",
        )
    jury = jury_named(named or asked or task.defaults.jury, kinds, args.judge_args or ())
    if jury.file.compares:
        raise UsageError(
            f"the jury {jury.file.id} compares final answers, and {contest.id} asks for proofs",
            hint="choose a jury that marks proofs",
        )
    for problem in proofs:
        ProofJudge(jury).check(problem)
    file = jury.file
    if contest.rules == "imo" and not file.gives_whole:
        raise UsageError(
            f"the jury {file.id} can come to a mark that is no whole number, and {contest.id} "
            "knows no other",
            hint='choose another jury, or copy its file and say whole = "down"',
        )
    return jury


def _comparers(
    args: argparse.Namespace, contest: Contest, protocol: Protocol | None
) -> Jury | None:
    """Return the models that compare final answers, where any are named."""
    by_model = protocol is not None and protocol.scorer.by_model
    if not args.judge_model:
        if by_model and protocol is not None:
            raise UsageError(
                f"the protocol {protocol.id} has every answer judged by {protocol.scorer.judge}, "
                "and no model is named",
                hint="say --judge-model KIND and its settings with --judge-args",
            )
        if args.jury == PEOPLE:
            raise UsageError(
                f"{contest.id} asks for no proofs, and people mark nothing else",
                hint="leave out --jury",
            )
        if args.jury:
            raise UsageError(
                f"--jury {args.jury} without --judge-model: nobody sits in it",
                hint="say --judge-model KIND and its settings with --judge-args",
            )
        return None
    jury = jury_named(args.jury or ANSWERS, args.judge_model, args.judge_args or ())
    if not jury.file.compares:
        raise UsageError(
            f"the jury {jury.file.id} marks proofs, and {contest.id} asks for final answers",
            hint=f"leave out --jury, or say --jury {ANSWERS}",
        )
    return jury


ANSWERS = "answers"
"""The jury that compares final answers unless another is named."""


def jury_named(name: str, kinds: Sequence[str], words: Sequence[str]) -> Jury:
    """Return a jury by the name of its file, with the models that the flags name."""
    file, templates = read_jury(find_jury(name, jury_folders()))
    jurors = tuple(_juror(kind, settings) for kind, settings in _pairs(kinds, words))
    return Jury(file=file, templates=templates, jurors=jurors)


def standings(
    jury: Jury | None, contest: Contest, findings: Findings
) -> tuple[tuple[str, JudgeStanding], ...]:
    """Return whether a jury's agreement with people is known, by what it is shown of a problem."""
    if jury is None:
        return ()
    forms = sorted(
        {shown_with(problem) for problem in contest.problems if isinstance(problem.body, ProofBody)}
    )
    found = []
    for shown in forms:
        judge = identity_of(jury, shown)
        known = findings.judge_certificates(judge.sha256)
        found.append((judge.rubric, judge_standing(judge, known)))
    return tuple(found)


def check_used(args: argparse.Namespace, contests: Sequence[Contest]) -> None:
    """Refuse a jury for a command in which nothing asks for a proof."""
    bodies = {type(problem.body) for contest in contests for problem in contest.problems}
    if (args.jury or args.judge_model) and not bodies & {ProofBody, AnswerBody}:
        raise UsageError(
            f"{' and '.join(contest.id for contest in contests)}: there is nothing for a jury",
            hint="leave out --jury and --judge-model",
        )


def _pairs(kinds: Sequence[str], words: Sequence[str]) -> list[tuple[str, str]]:
    if len(words) > len(kinds):
        raise UsageError(
            f"{len(words)} --judge-args for {len(kinds)} --judge-model",
            hint="each model has its settings right behind it",
        )
    return list(zip(kinds, [*words, *[""] * (len(kinds) - len(words))], strict=True))


def _juror(kind: str, words: str) -> Juror:
    pairs = places_in(parse_pairs(words, "--judge-args"), "--judge-args")
    return Juror(name="", backend=kind, args=tuple(sorted(pairs.items())))


def opened(jury: Jury, contest: Contest, width: int, say: Callable[[str], None] | None) -> Bench:
    """Open the models of a jury, and return its bench with their names in it.

    Nothing is connected, and no engine started, before the first proof. Raises
    :class:`~harness.errors.UsageError` for what is no model that can be asked anything.
    """
    backends: list[Backend] = []
    jurors: list[Juror] = []
    for juror in jury.jurors:
        backend = _opened(juror, contest, say)
        backends.append(backend)
        jurors.append(
            Juror(
                name=backend.contestants[0].id,
                backend=juror.backend,
                args=juror.args,
                facts=backend.facts,
            )
        )
    names = [juror.name for juror in jurors]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"the model {name} sits in the jury twice",
                hint="give each model once; `votes` in the jury's file says how often it marks",
            )
    whole = Jury(file=jury.file, templates=jury.templates, jurors=tuple(jurors))
    return seated(whole, tuple(backends), width)


def opened_model(
    kind: str, words: str, contest: Contest, say: Callable[[str], None] | None
) -> Backend:
    """Open one model that sits in no jury, by the words of ``--judge-model`` and ``--judge-args``.

    Raises :class:`~harness.errors.UsageError` for what is no model that can be asked anything.
    """
    return _opened(_juror(kind, words), contest, say)


def _opened(juror: Juror, contest: Contest, say: Callable[[str], None] | None) -> Backend:
    backend = load_backend(juror.backend)(
        BackendContext(args=dict(juror.args), contest=contest, environment=environment(), tell=say)
    )
    models = [each for each in backend.contestants if each.kind == "model"]
    if len(models) != 1 or len(backend.contestants) != 1:
        raise UsageError(
            f"--judge-model {juror.backend} is no model that can be asked",
            hint="models that can be are those of openai, of vllm, or of a plugin",
        )
    return backend
