"""The pages on scores, differences and words are true: their numbers, flags, links and names."""

from __future__ import annotations

import argparse
import doctest
import re
from pathlib import Path

import pytest

from harness.cli.parser import COMMANDS, build
from harness.types import Sandbox, Verdict
from tasks.own.contest import OwnContest
from tests.architecture.test_docs import subparsers

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    *(ROOT / "harness" / f"{name}.md" for name in ("scores", "differences", "glossary")),
    ROOT / "tasks" / "own" / "README.md",
)


def text_of(name: str) -> str:
    return (ROOT / "harness" / f"{name}.md").read_text()


def test_the_arithmetic_of_scores_gives_the_numbers_that_stand_there() -> None:
    """Each line of code on the page is run, and prints what the page says."""
    page = str(ROOT / "harness" / "scores.md")
    failed, tried = doctest.testfile(page, module_relative=False, verbose=False)
    assert (failed, tried) == (0, 14)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name + "/" + page.name)
def test_commands_and_flags_of_a_page_exist(page: Path) -> None:
    """A page names no command and no flag that the program does not have."""
    flags = {
        flag
        for command in subparsers(build({})).values()
        for owner in (command, *subparsers(command).values())
        for action in owner._actions
        for flag in action.option_strings
    }
    text = page.read_text()
    for command in re.findall(r"`?harness ([a-z-]+)[ `]", text):
        assert command in COMMANDS, command
    for code in re.findall(r"`[^`\n]*`", text):
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]+", code):
            assert flag in flags, flag


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name + "/" + page.name)
def test_links_of_a_page_lead_to_headings_that_exist(page: Path) -> None:
    """Both the file and the place in it."""
    for target, place in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", page.read_text()):
        file = page.parent / target if target else page
        assert file.exists(), target
        if place:
            heads = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
            known = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert place in known, f"{target}#{place}"


def test_the_glossary_is_in_order_and_knows_every_verdict_and_tier() -> None:
    """A word is found where the alphabet has it; lists of names are whole."""
    rows = re.findall(r"^\| \*\*([a-z ]+)\*\* \| (.*) \|$", text_of("glossary"), re.MULTILINE)
    words = [word for word, _ in rows]
    assert words == sorted(words)
    meanings = dict(rows)
    assert set(re.findall(r"\b[A-Z]{2,3}\b", meanings["verdict"])) == {v.value for v in Verdict}
    tiers = {tier.value for tier in Sandbox} - {Sandbox.AUTO.value}
    assert tiers <= set(re.findall(r"\w+", meanings["tier"]))


def test_every_key_of_a_contest_file_is_documented() -> None:
    """And no other."""
    page = (ROOT / "tasks" / "own" / "README.md").read_text()
    table = page.partition("## Every key")[2]
    keys = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(keys) == sorted(OwnContest.__struct_fields__)


def test_every_flag_of_a_run_that_takes_a_value_has_help() -> None:
    """What `harness run --help` lists is explained there."""
    run: argparse.ArgumentParser = subparsers(build({}))["run"]
    assert all(action.help for action in run._actions)
