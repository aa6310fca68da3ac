"""``harness lm-eval-path``: where lm-eval finds our tasks."""

from __future__ import annotations

import argparse

from harness.config import environment, settings
from harness.lm_eval.folder import write_folder
from harness.plugins import TASKS, names


def execute(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Write a file for each task, and print their folder."""
    print(write_folder(settings(environment()).cache, names(TASKS)))
    return 0
