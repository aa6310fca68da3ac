"""``harness judge --validate-inputs``: a package's tests before its own input validators."""

from __future__ import annotations

import argparse
import json

from harness.cli.terminal import plain
from harness.config import Settings
from harness.errors import UnsupportedError
from harness.tools import Workbench
from harness.types import CodeBody, Problem


def execute(args: argparse.Namespace, problem: Problem, place: Settings) -> int:
    """Print every input that is not accepted, and a sum; exit 1 when there is one.

    Raises :class:`~harness.errors.UnsupportedError` when no validator can be run.
    """
    from sandbox.inputs import complaints
    from tasks.packages.kattis.input_validators import find_input_validators, inputs_of

    if not isinstance(problem.body, CodeBody) or problem.body.group is None:
        raise UnsupportedError(
            f"{problem.folder}: input validators are run of packages with a problem.yaml only",
            hint="leave --validate-inputs out",
        )
    skipped: dict[str, str] = {}
    ran: list[str] = []
    refused: set[str] = set()
    with Workbench(place) as tools:
        for validator in find_input_validators(problem):
            if validator.unsupported:
                skipped[validator.name] = validator.unsupported
                continue
            try:
                inputs = inputs_of(problem, validator)
                for given, why in complaints(tools.code, problem, validator.files, inputs):
                    if why:
                        refused.add(given.test)
                        _tell(args, given.file.path, validator.name, why)
            except UnsupportedError as error:
                skipped[validator.name] = error.message
                continue
            ran.append(validator.name)
    if not ran:
        names = "; ".join(f"{name}: {why}" for name, why in skipped.items())
        raise UnsupportedError(
            f"no input validator of {problem.id} can be run ({names})",
            hint="leave --validate-inputs out, or run them with their own tools",
        )
    _sum(args, problem, ran, skipped, refused)
    return 1 if refused else 0


def _tell(args: argparse.Namespace, path: str, validator: str, why: str) -> None:
    if args.json:
        print(json.dumps({"input": path, "validator": validator, "refused": why}), flush=True)
    else:
        print(plain(f"{path}: refused by {validator}: {why}"), flush=True)


def _sum(
    args: argparse.Namespace,
    problem: Problem,
    ran: list[str],
    skipped: dict[str, str],
    refused: set[str],
) -> None:
    assert isinstance(problem.body, CodeBody)
    tests = len(problem.body.tests)
    if args.json:
        line = {"inputs": tests, "refused": len(refused), "validators": ran, "skipped": skipped}
        print(json.dumps(line), flush=True)
        return
    for name, why in skipped.items():
        print(plain(f"input validator {name}: not run, {why}"))
    word = "inputs" if tests != 1 else "input"
    print(
        plain(f"{tests - len(refused)} of {tests} {word} accepted by {', '.join(ran)}"), flush=True
    )
