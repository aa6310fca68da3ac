"""``harness run --dry-run``: what a run would ask, judge and spend, before any of it is done."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from harness.cli.overheard import first_questions
from harness.cli.prepared import Prepared
from harness.cli.shortened import shortened
from harness.cli.terminal import plain_lines
from harness.config import Settings, dotted, environment
from harness.run import Planned, rules_for
from harness.shards import Part
from harness.strategy import Ceiling, most
from harness.types import CodeBody, Problem


def foresee(args: argparse.Namespace, place: Settings, waiting: Sequence[Prepared]) -> int:
    """Print the plan of every run, the first questions, or both; nothing is asked or judged."""
    said: dict[str, Any] = {}
    if args.dry_run:
        said["runs"] = [plan_of(one, place) for one in waiting]
        said["settings"] = settings_of(args)
        said["from_dotenv"] = sorted(dotted(environment()))
        said["output_path"] = args.output_path
    if args.write_out:
        said["questions"] = [
            {"task": one.task.id, **question}
            for one in waiting
            for question in first_questions(one, place, args.write_out)
        ]
    if args.json:
        print(json.dumps(said))
        return 0
    for run in said.get("runs", ()):
        print(plain_lines(_text(run)))
    if args.dry_run:
        print(plain_lines(_settings_text(said)))
    for question in said.get("questions", ()):
        print(plain_lines(_question_text(question)))
    return 0


# --- the plan -----------------------------------------------------------------------------------


def plan_of(ready: Prepared, place: Settings) -> dict[str, Any]:
    """Return what a run comes to at the most, as the object that ``--json`` prints."""
    spec, contest = ready.spec, ready.contest
    todo, shard = ready.plan, ready.shard
    cost = most(ready.strategy, ((one.problem.id, one.problem.parts) for one in todo))
    if _recorded(ready):
        cost = _on_record(ready, todo)
    asked = None if cost is None else cost.generations + cost.questions
    submissions = {problem.id: _submissions(ready, problem, todo) for problem in contest.problems}
    cpu = [_cpu_s(problem, submissions[problem.id]) for problem in contest.problems]
    known = [seconds for seconds in cpu if seconds is not None]
    handed_in = [count for count in submissions.values() if count is not None]
    return {
        "task": spec.task,
        "title": contest.title,
        "rules": contest.rules,
        "model": ready.backend.name,
        "contestants": [contestant.id for contestant in ready.backend.contestants],
        "strategy": spec.strategy,
        "protocol": spec.protocol.id if spec.protocol else None,
        "problems": [problem.id for problem in contest.problems],
        "left_out": [{"problem": left.id, "reason": left.reason} for left in contest.left_out],
        "judged_points": contest.judged_points,
        "total_points": contest.total_points,
        "shard": f"{shard.number}/{shard.of}" if shard is not None else None,
        "attempts": len(todo),
        "whole_plan": shard.whole if shard is not None else len(todo),
        "generations": None if cost is None else cost.generations,
        "questions": None if cost is None else cost.questions,
        "tokens": None if asked is None or _recorded(ready) else asked * spec.sampling.max_tokens,
        "submissions": sum(handed_in) if len(handed_in) == len(submissions) else None,
        "jury": ready.bench.jury.words if ready.bench is not None else None,
        "executor": place.executor,
        "judge_slots": place.slots if place.executor == "local" else None,
        "judge_cpu_s": sum(known) if len(known) == len(cpu) else None,
        "spec": msgspec.to_builtins(spec),
    }


def _recorded(ready: Prepared) -> bool:
    return all(contestant.kind != "model" for contestant in ready.backend.contestants)


def _on_record(ready: Prepared, todo: Sequence[Planned]) -> Ceiling | None:
    """Return how many texts a recording holds for the attempts."""
    starts = (one.start for one in todo)
    turns = [ready.backend.turns(one.contestant, one.problem, one.sample) for one in starts]
    known = [count for count in turns if count is not None]
    return Ceiling(generations=sum(known)) if len(known) == len(turns) else None


def _submissions(ready: Prepared, problem: Problem, todo: Sequence[Planned]) -> int | None:
    """Return the most submissions of a problem; None where nothing bounds them."""
    limit = rules_for(ready.contest, problem, ready.spec).submission_limit
    cost = most(ready.strategy, ((problem.id, problem.parts),))
    bounds = [limit, None if cost is None else cost.generations]
    total = 0
    for one in todo:
        if one.problem.id != problem.id:
            continue
        turns = ready.backend.turns(one.start.contestant, problem.id, one.start.sample)
        known = [bound for bound in (*bounds, turns) if bound is not None]
        if not known:
            return None
        total += min(known)
    return total


def _cpu_s(problem: Problem, submissions: int | None) -> float | None:
    """Return the CPU seconds of submissions that take the whole limit in every test."""
    if submissions is None:
        return None
    body = problem.body
    if not isinstance(body, CodeBody):
        return 0.0
    return submissions * len(body.tests) * body.time_limit_s * body.passes * body.processes


def _text(run: dict[str, Any]) -> str:
    lines = [f"## {run['title']}", ""]

    def say(name: str, text: object) -> None:
        lines.append(f"{name + ':':<13}{text}")

    say("task", f"{run['task']}, rules {run['rules']}")
    say("model", f"{run['model']} ({shortened(run['contestants'])})")
    how = f"protocol {run['protocol']}, " if run["protocol"] else ""
    say("method", f"{how}strategy {run['strategy']}")
    points = f"{run['judged_points']:g} of {run['total_points']:g} points"
    say("problems", f"{shortened(run['problems'])}, {points}")
    for left in run["left_out"]:
        say("left out", f"{left['problem']}: {left['reason']}")
    share = f", shard {run['shard']} of a plan of {run['whole_plan']}" if run["shard"] else ""
    say("attempts", f"{run['attempts']}{share}")
    say("asked", _at_most(run["generations"], "texts") + _more(run["questions"]))
    if run["tokens"] is not None:
        say("tokens", _at_most(run["tokens"], "of replies; a prompt's are the server's to count"))
    say("handed in", _at_most(run["submissions"], "submissions"))
    if run["jury"]:
        say("jury", run["jury"])
    slots = run["judge_slots"]
    where = (
        f"{slots} at once" if slots else f"in the slots of {run['executor']}, which is not asked"
    )
    if run["judge_cpu_s"] is None:
        say("judge", where)
    elif run["judge_cpu_s"]:
        seconds = run["judge_cpu_s"]
        say("judge", f"{seconds:,.0f} s of CPU if every test took its whole limit, {where}")
    return "\n".join([*lines, ""])


def _at_most(count: int | None, what: str) -> str:
    return f"nobody knows how many {what}" if count is None else f"at most {count:,} {what}"


def _more(questions: int | None) -> str:
    return f", and {questions:,} questions about them" if questions else ""


# --- the settings -------------------------------------------------------------------------------


def settings_of(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Return what was given, and where: a flag, a variable or a file."""
    return [
        {"name": dest, "value": _as_given(getattr(args, dest, None)), "from": origin}
        for dest, origin in sorted(args.origins.items())
    ]


def _as_given(value: object) -> object:
    """Return a value as it would stand on the command line, where it is a noun of ours."""
    return f"{value.number}/{value.of}" if isinstance(value, Part) else value


def _settings_text(said: dict[str, Any]) -> str:
    lines = ["settings (a flag wins over the environment, that over .env, that over a file):"]
    for each in said["settings"]:
        lines.append(f"  {each['name']} = {each['value']!r} ({each['from']})")
    if said["from_dotenv"]:
        lines.append(f"  from .env: {', '.join(said['from_dotenv'])}")
    return "\n".join([*lines, "nothing was asked and nothing was judged (--dry-run)"])


# --- the questions ------------------------------------------------------------------------------


def _question_text(question: dict[str, Any]) -> str:
    lines = [f"--- {question['task']}, {question['problem']}"]
    for message in question["messages"]:
        lines += [f"[{message['role']}]", message["content"]]
    return "\n".join(lines)
