"""What goes into a run's manifest: the model, the problems that remain, the machine."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from harness.backend import Backend
from harness.cli.shortened import shortened
from harness.cluster.bench import ClusterBench
from harness.config import parse_pairs, place_of
from harness.errors import TaskDataError, UsageError
from harness.juries import PEOPLE
from harness.processor import cpu_model
from harness.task import Task
from harness.tools import Workbench
from harness.types import AnswerBody, CodeBody, Contest, Equivalence, Jury, ProofBody, Shard

MUTE = "no statement to ask a model with: put statement.md into its package folder"
"""Why a problem is left out whose tests are here and whose text is not."""
PLACES = ("file", "pretrained", "tokenizer", "chat_template", "python", "logs")
"""Settings of backends that may be paths."""
RECORDED = "recorded"
"""The strategy of recordings."""


def model(args: argparse.Namespace, task: Task) -> tuple[str, dict[str, str]]:
    """Return the backend asked for and its settings; a task may bring recordings of its own."""
    pairs = places_in(parse_pairs(args.model_args, "--model-args"), "--model-args")
    if args.base_url:
        pairs["base_url"] = args.base_url
    if args.model:
        return args.model, pairs
    recordings = getattr(task, "recordings", None)
    if recordings is None:
        raise UsageError(
            "no model given",
            hint="say --model openai|vllm|replay|oracle and its settings with --model-args",
        )
    return "replay", {"file": str(recordings), **pairs}


def places_in(pairs: dict[str, str], flag: str) -> dict[str, str]:
    """Return a backend's settings with whole paths: a run is continued from any folder.

    A name that is no path here may be one elsewhere.
    """
    found = dict(pairs)
    for name in PLACES:
        if found.get(name):
            place = place_of(found[name], f"{flag}: {name}")
            if name == "file" or place.exists():
                found[name] = str(place.absolute())
    return found


def limited(contest: Contest, limit: int | None) -> Contest:
    """Return the contest with its first problems; the others are left out by name."""
    if limit is None or limit >= len(contest.problems):
        return contest
    return contest.without(contest.problems[limit:], f"--limit {limit}")


def with_statements(contest: Contest, backend: Backend) -> Contest:
    """Leave out problems that a model could not be asked, because their text is not here."""
    if all(contestant.kind != "model" for contestant in backend.contestants):
        return contest
    mute = [problem for problem in contest.problems if not problem.statement.strip()]
    return contest.without(mute, MUTE)


def check_language(contest: Contest, key: str) -> None:
    """Refuse to ask for programs in a language that the contest does not allow."""
    for problem in contest.problems:
        body = problem.body
        if isinstance(body, CodeBody) and body.languages and key not in body.languages:
            raise UsageError(
                f"{contest.id} does not allow {key!r} ({problem.id} is for "
                f"{', '.join(body.languages)})",
                hint=f"say --language {body.languages[0]}",
            )


def nothing_to_judge(contest: Contest) -> TaskDataError:
    """Return the error of a run for which no problem is left."""
    alike: dict[str, list[str]] = {}
    for left in contest.left_out:
        alike.setdefault(left.reason, []).append(left.id)
    reasons = "; ".join(f"{shortened(ids)}: {reason}" for reason, ids in alike.items())
    mute = [left.id for left in contest.left_out if left.reason == MUTE]
    return TaskDataError(
        f"no problem of {contest.id} can be judged here ({reasons})",
        hint=f"write statement.md for {' or '.join(mute)}, and put it into the problem's package"
        if mute
        else f"bring what is missing in with `harness data add {contest.id} DIR`",
    )


def run_id(task: str, backend: Backend, shard: Shard | None = None) -> str:
    """Return a fresh id: time, task, model and four random digits; of a shard, also which it is."""
    name = backend.contestants[0].id if len(backend.contestants) == 1 else backend.name
    safe = re.sub(r"[^A-Za-z0-9.-]+", "-", name.rpartition("/")[2]).strip("-.")[:32] or "model"
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    which = f"-{shard.number}of{shard.of}" if shard is not None else ""
    return f"{stamp}-{task}-{safe}-{secrets.token_hex(2)}{which}"


def strategy(task: Task, backend: Backend, contest: Contest) -> str:
    """Return the strategy of a run that names none: what is recorded is handed in as it was."""
    recorded = any(
        backend.turns(contestant.id, problem.id, sample) is not None
        for contestant in backend.contestants
        for problem in contest.problems
        for sample in backend.samples(contestant.id, problem.id) or ()
    )
    return RECORDED if recorded else task.defaults.strategy


def recorded(backend: Backend, contest: Contest) -> bool:
    """Whether a backend has samples of its own, and draws none."""
    return any(
        backend.samples(contestant.id, problem.id) is not None
        for contestant in backend.contestants
        for problem in contest.problems
    )


def judge_facts(
    contest: Contest, tools: Workbench | ClusterBench, jury: Jury | None = None
) -> tuple[tuple[str, str], ...]:
    """Return what can change a verdict on this machine, as sorted pairs."""
    bodies = {type(problem.body) for problem in contest.problems}
    facts: dict[str, str] = {}
    if CodeBody in bodies:
        facts |= {**dict(tools.code.facts), "code": tools.code.name}
    if AnswerBody in bodies:
        symbolic = any(
            isinstance(problem.body, AnswerBody)
            and problem.body.equivalence is Equivalence.SYMBOLIC
            for problem in contest.problems
        )
        facts["answers"] = tools.answers.full_name if symbolic else tools.answers.name
    if ProofBody in bodies or jury is not None:
        facts["jury"] = PEOPLE if jury is None else jury.words
    return tuple(sorted(facts.items()))


def machine() -> tuple[tuple[str, str], ...]:
    """Return what the machine is, as sorted pairs."""
    return (
        ("cores", str(os.cpu_count())),
        ("cpu", cpu_model()),
        ("kernel", platform.release()),
        ("machine", platform.machine()),
        ("python", platform.python_version()),
        ("system", platform.system()),
    )


def commit() -> str:
    """Return the commit of a checkout, or nothing when installed as a package."""
    git = Path(__file__).resolve().parents[2] / ".git"
    with contextlib.suppress(OSError):
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        return (git / head.removeprefix("ref: ")).read_text().strip()
    return ""


def listed(facts: tuple[tuple[str, str], ...]) -> str:
    """Return facts as one line."""
    return ", ".join(f"{key} {value}" for key, value in facts)


def changed(then: tuple[tuple[str, str], ...], today: tuple[tuple[str, str], ...]) -> str:
    """Return the names of facts that are not what they were."""
    return " and ".join(sorted({name for name, _ in {*then} ^ {*today}}))
