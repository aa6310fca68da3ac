"""``harness gate``: PASS, REGRESSION or INCONCLUSIVE, for CI."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from harness.cli.compare import in_cell
from harness.cli.destination import write_named
from harness.cli.junit import junit
from harness.cli.opposed import opposed, runs_in
from harness.cli.ruled_text import page, rehearsed, ruled_sections
from harness.cli.terminal import plain
from harness.comparison import Metric, Side, scores, side_of
from harness.errors import StoreError, UsageError
from harness.regression import (
    Draft,
    Finding,
    Policy,
    Rule,
    draft,
    overall,
    read_policy,
    rehearse,
    rule_on,
)
from harness.stats.paired import Unit

ESCAPED = {letter: f"\\{letter}" for letter in "\\`*_[]|"}
SPLIT = {letter: f"{letter}<!-- -->" for letter in "@#!~"}
MARKDOWN = str.maketrans(ESCAPED | SPLIT)
"""A name must not become markup, and must not call anybody. People, issues and merge requests are
looked for in what Markdown came out as, so neither a backslash nor an entity hides ``@name``; an
empty comment behind the sign does, at GitHub and GitLab."""

ADDRESS = re.compile(r"(?i)(?<=:)(?=//)|(?<=\bwww)(?=\.)")
"""Where a comment goes, so that no address becomes a link without being asked."""


def execute(args: argparse.Namespace) -> int:
    """Rule on two runs, or try the gate on one; the exit code is the ruling."""
    policy = _policy(args)
    if args.aa:
        if args.runs:
            raise UsageError("--aa is of one run", hint="name no others beside it")
        return _rehearse(args, policy)
    if len(args.runs) != 2:
        raise UsageError(
            f"{len(args.runs)} runs are named", hint="harness gate BASE NEW, or --aa RUN"
        )
    base, new = args.runs
    findings = rule_on(_drafts(opposed(args, base, new), policy), policy)
    with suppress(BrokenPipeError):  # the ruling stands, whether it is read to its end or not
        _tell(findings, policy, args)
    if args.junit:
        _write(args.junit, junit(findings))
    if args.markdown:
        _write(args.markdown, page(findings, policy, in_markdown).encode())
    return overall(findings).exit_code


def _write(name: str, data: bytes) -> None:
    try:
        write_named(Path(name), data)
    except OSError as error:
        raise StoreError(
            f"{name} cannot be written: {error.strerror or error}",
            hint="name a file in a folder that is there, is yours and has room",
        ) from error


def _tell(findings: Sequence[Finding], policy: Policy, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(_facts(findings, policy)), flush=True)
        return
    for part in ruled_sections(findings, policy, in_cell):
        if part.name != "all problems":
            print(f"\n{part.text}")
    print(flush=True)  # a file may be standard output too


def in_markdown(text: str) -> str:
    """Return a name for a page that others read: no markup, no mention, no link."""
    return ADDRESS.sub("<!-- -->", escape(plain(text), quote=False).translate(MARKDOWN))


def _policy(args: argparse.Namespace) -> Policy:
    given = {"alpha": args.alpha, "unit": args.unit, "max_unjudged": args.max_unjudged}
    changed = {name: value for name, value in given.items() if value is not None}
    if args.policy:
        if args.max_drop is not None or args.metric is not None:
            raise UsageError(
                "--max-drop and --metric are for a gate without a policy",
                hint="say them in the file, for each task",
            )
        return msgspec.structs.replace(read_policy(Path(args.policy)), **_typed(changed))
    rule = Rule(metric=Metric(args.metric or Metric.SCORE))
    if args.max_drop is not None:
        rule = msgspec.structs.replace(rule, max_drop=args.max_drop)
    return Policy(gate=(rule,), **_typed(changed))


def _typed(changed: dict[str, Any]) -> dict[str, Any]:
    return changed | ({"unit": Unit(changed["unit"])} if "unit" in changed else {})


def _drafts(sides: Sequence[tuple[Side, Side]], policy: Policy) -> list[Draft]:
    held = {base.record.contest.id: (base, new) for base, new in sides}
    for rule in policy.gate:
        if rule.task and rule.task not in held:
            raise UsageError(
                f"the policy has a rule for {rule.task}, of which there is no run",
                hint=f"the runs are of {', '.join(held)}",
            )
    return [draft(*held[task], rule, policy) for task, rule in _ruled(policy, list(held))]


def _ruled(policy: Policy, tasks: Sequence[str]) -> list[tuple[str, Rule]]:
    """Return the tasks that there are runs of with their rules, in the policy's order."""
    found = [
        (task, rule) for rule in policy.gate for task in tasks if rule in policy.rules_of(task)
    ]
    if not found:
        raise UsageError(
            f"no rule of the policy is for {', '.join(tasks)}", hint="add a [[gate]] for it"
        )
    return found


def _facts(findings: Sequence[Finding], policy: Policy) -> dict[str, Any]:
    ruling = overall(findings)
    return {
        "ruling": ruling.value,
        "exit_code": ruling.exit_code,
        "alpha": policy.alpha,
        "unit": policy.unit.value,
        "findings": [msgspec.to_builtins(one) for one in findings],
    }


def _rehearse(args: argparse.Namespace, policy: Policy) -> int:
    for flag in ("junit", "markdown"):
        if getattr(args, flag):
            raise UsageError(
                f"--{flag} is of a ruling, and --aa makes none",
                hint=f"leave --{flag} out; --json prints what --aa finds",
            )
    sides = [
        side_of(run, (args.contestant or [""])[0]) for run in runs_in(Path(args.aa), args.layer)
    ]
    found = []
    for name, rule in _ruled(policy, list(dict.fromkeys(one.record.contest.id for one in sides))):
        for side in (one for one in sides if one.record.contest.id == name):
            held = [
                (
                    cell.problem.id,
                    cell.problem.max_points or 1.0,
                    scores(side, cell.problem.id, rule.metric),
                )
                for cell in side.row.cells
            ]
            if not any(len(one[2]) > 1 for one in held):
                raise UsageError(
                    f"{side.place} has no problem with two judged attempts of {side.title}",
                    hint="a run is split into halves: make more attempts with --num-samples",
                )
            one = rehearse(held, rule, policy, splits=args.splits, seed=args.seed)
            found.append((name, rule, one))
    if args.json:
        print(
            json.dumps(
                [
                    {"task": name, "rule": msgspec.to_builtins(rule), **msgspec.to_builtins(one)}
                    for name, rule, one in found
                ]
            )
        )
        return 0
    for name, rule, one in found:
        print(f"\n{rehearsed(one, policy, plain(name), rule)}")
    print()
    return 0
