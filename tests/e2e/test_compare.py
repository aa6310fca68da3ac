"""Two runs compared, and a gate, from the command line."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from markdown_it import MarkdownIt

from harness.types import Sampling
from tests.fakes.command import Command
from tests.fakes.right_and_wrong import run_of
from tests.fakes.scripted import contest, problem

NAMES = [f"p{n}" for n in range(10)]


class Texts(HTMLParser):
    """The texts of a page, each on its own, as GitHub and GitLab look for mentions in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return runs of ten problems with twenty attempts each."""
    home = tmp_path_factory.mktemp("runs")
    marks = {
        "good": "1" * 20,
        "alike": "1" * 20,
        "fallen": "1" * 10 + "0" * 10,
        "lost": "1" * 15 + "!" * 5,
    }
    return {
        name: run_of(home / name, dict.fromkeys(NAMES, word), contestants=(f"ckpt-{name}",)).path
        for name, word in marks.items()
    } | {"few": run_of(home / "few", dict.fromkeys(NAMES, "11"), contestants=("ckpt-few",)).path}


def test_a_comparison_says_the_difference_its_interval_and_its_unit(
    harness: Command, runs: dict[str, Path]
) -> None:
    outcome = harness("compare", runs["good"], runs["fallen"])
    assert outcome.code == 0, outcome.err
    assert "**ckpt-fallen scores 50 of 100 points less (-50.0 %) than ckpt-good**" in outcome.out
    assert "(95 % interval -57.3 % to -42.7 %; p < 0.0001)" in outcome.out
    assert "Unit: this contest. Its 10 problems are taken as given" in outcome.out
    assert "- lost: 10 (p0, p1," in outcome.out
    assert "| p0 | 10 | 10 (20) | 5 (20) | -5 * |" in outcome.out
    assert "| AC | 5 | 5 |" in outcome.out
    settings, sentence = outcome.out.index("Settings that differ"), outcome.out.index("scores 50")
    assert settings < sentence, "what differs comes first"


def test_no_difference_is_said_so(harness: Command, runs: dict[str, Path]) -> None:
    outcome = harness("compare", runs["good"], runs["alike"], "--unit", "problems")
    assert "**No difference can be shown between ckpt-alike and ckpt-good: 0.0 %" in outcome.out
    assert "Unit: such problems." in outcome.out
    assert "So few say little of others." in outcome.out


def test_machines_get_everything(harness: Command, runs: dict[str, Path]) -> None:
    (found,) = json.loads(harness("compare", runs["good"], runs["fallen"], "--json").out)
    assert found["shown"]
    assert found["effect"]["difference"] == pytest.approx(-0.5)
    assert len(found["changes"]) == 10
    assert found["obstacles"] == []


def test_runs_that_do_not_compare_are_refused_with_the_reason(
    harness: Command, runs: dict[str, Path], tmp_path: Path
) -> None:
    """Other data and another temperature are told; --anyway does it and says so at the top."""
    of = msgspec.structs.replace(contest(problem("p0")), hash="another")
    marks = {"p0": "0" * 20}
    other = run_of(tmp_path / "o", marks, of=of, sampling=Sampling(temperature=0.1)).path
    for command in ("compare", "gate"):
        outcome = harness(command, runs["good"], other)
        assert outcome.code == 64
        assert "cannot be compared: they differ in data (only one of them has p1," in outcome.err
        assert "sampling (temperature 1, " in outcome.err
        assert "--anyway" in outcome.err
    outcome = harness("compare", runs["good"], other, "--anyway")
    assert outcome.code == 0
    assert "**These two should not be compared (--anyway): they differ in data" in outcome.out


@pytest.mark.parametrize(
    ("new", "code", "ruling"),
    [
        ("alike", 0, "PASS"),
        ("fallen", 1, "REGRESSION"),
        ("few", 2, "INCONCLUSIVE"),
        ("lost", 3, "UNJUDGED"),
    ],
)
def test_the_exit_code_is_the_ruling(
    harness: Command, runs: dict[str, Path], new: str, code: int, ruling: str
) -> None:
    outcome = harness("gate", runs["good"], runs[new], "--junit", "j.xml", "--markdown", "m.md")
    assert outcome.code == code, outcome.err
    assert outcome.out.strip().startswith(f"**{ruling}**: scripted score: ")
    (case,) = ET.parse(harness.home / "j.xml").getroot().iter("testcase")
    kinds = {"REGRESSION": "failure", "INCONCLUSIVE": "skipped", "UNJUDGED": "error"}
    found = [child.tag for child in case if child.tag != "system-out"]
    assert found == ([kinds[ruling]] if ruling in kinds else [])
    page = (harness.home / "m.md").read_text()
    assert page.startswith(f"<!-- harness gate -->\n\n**{ruling}**")
    assert "<details><summary>All problems</summary>" in page
    assert "| p0 | 10 | 10 (20) | 10 (20) | 0 |" in page if new == "alike" else "| -0 " not in page


@pytest.mark.long
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_regression_is_one_whether_it_is_read_to_its_end_or_not(
    harness: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """More than a pipe holds goes to a reader that takes none of it (``harness gate … | head``)."""
    names = [f"a-problem-with-a-rather-long-name-{n}" for n in range(1000)]
    base = run_of(tmp_path / "base", dict.fromkeys(names, "1"), contestants=("a",)).path
    new = run_of(tmp_path / "new", dict.fromkeys(names, "0"), contestants=("b" * 9_000,)).path
    process = harness.start("gate", base, new, "--junit", "unread.xml", *words)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate()
    assert process.returncode == 1, err
    assert err == ""
    assert b'failures="1"' in (harness.home / "unread.xml").read_bytes()


def test_a_gate_says_before_anything_what_cannot_come_out(
    harness: Command, runs: dict[str, Path]
) -> None:
    outcome = harness("gate", runs["few"], runs["alike"])
    assert "no two runs that come out alike can PASS" in outcome.out
    assert outcome.out.index("can PASS") < outcome.out.index("No difference can be shown")


def test_a_gate_for_machines(harness: Command, runs: dict[str, Path]) -> None:
    outcome = harness("gate", runs["good"], runs["fallen"], "--json", "--max-drop", "60%")
    found = json.loads(outcome.out)
    assert (found["ruling"], found["exit_code"]) == ("PASS", outcome.code) == ("PASS", 0)
    (finding,) = found["findings"]
    assert finding["rule"]["max_drop"] == 0.6
    assert finding["evidence"]["low"] > -0.6


def test_a_run_is_held_against_itself(harness: Command, runs: dict[str, Path]) -> None:
    outcome = harness("gate", "--aa", runs["fallen"], "--splits", "50", "--json")
    assert outcome.code == 0, outcome.err
    (found,) = json.loads(outcome.out)
    assert found["splits"] == 50
    assert found["attempts"] == [10, 10]
    assert found["regression"]["share"] <= 0.1
    assert "REGRESSION, a false alarm" in harness("gate", "--aa", runs["fallen"]).out


def test_a_policy_rules_on_several_tasks(harness: Command, tmp_path: Path) -> None:
    """Folders of runs are matched by contest; each has its own limit, and the worst counts."""
    for name in ("one", "two"):
        held = [problem(each) for each in NAMES]
        of = msgspec.structs.replace(contest(*held), id=name, title=name.title())
        for when, word in (("old", "1" * 20), ("new", "1" * 20)):
            # Only the second task fell.
            marks = "1" * 8 + "0" * 12 if (name, when) == ("two", "new") else word
            run_of(tmp_path / when / name, dict.fromkeys(NAMES, marks), of, (f"ckpt-{when}",))
    place = tmp_path / "gate.toml"
    place.write_text('[[gate]]\ntask = "one"\n[[gate]]\ntask = "two"\nmax_drop = 0.1\n')
    where = (tmp_path / "old", tmp_path / "new")
    outcome = harness("gate", *where, "--policy", place)
    assert outcome.code == 1, outcome.err
    assert "| one | score | PASS |" in outcome.out
    assert "| two | score | REGRESSION |" in outcome.out
    place.write_text('[[gate]]\n[[gate]]\ntask = "two"\nmax_drop = 0.8\n')
    outcome = harness("gate", *where, "--policy", place)
    assert outcome.code == 0, outcome.err
    assert "all 2 tasks keep within their limits" in outcome.out
    place.write_text('[[gate]]\ntask = "three"\n')
    assert (
        "a rule for three, of which there is no run"
        in harness("gate", *where, "--policy", place).err
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gate",), "0 runs are named"),
        (("gate", "RUN"), "1 runs are named"),
        (("gate", "RUN", "RUN"), "both sides are ckpt-good"),
        (("gate", "RUN", "nowhere"), "not a run folder"),
        (("gate", "RUN", "OTHER", "--max-drop", "3"), "3 is not a share: say 3%"),
        (("gate", "RUN", "OTHER", "--alpha", "0.7"), "0.7 is not a probability"),
        (("gate", "RUN", "OTHER", "--alpha", "1e-320"), "1e-320 is not a probability from 1e-09"),
        (("compare", "RUN", "OTHER", "--alpha", "1e-17"), "1e-17 is not a probability from 1e-09"),
        (("gate", "RUN", "OTHER", "--policy", "none.toml"), "none.toml"),
        (("gate", "RUN", "OTHER", "--contestant", "x"), "no contestant 'x'"),
        (("gate", "--aa", "RUN", "OTHER"), "--aa is of one run"),
        (
            ("gate", "--aa", "RUN", "--junit", "j.xml"),
            "--junit is of a ruling, and --aa makes none",
        ),
        (("gate", "--aa", "RUN", "--markdown", "m.md"), "--markdown is of a ruling"),
        (("compare", "RUN"), "the following arguments are required: B"),
        (("compare", "RUN", "OTHER", "--unit", "rollouts"), "invalid choice"),
    ],
)
def test_a_mistake_is_no_ruling(
    harness: Command, runs: dict[str, Path], words: tuple[str, ...], said: str
) -> None:
    """Exit code 64 is nobody's PASS, and nobody's REGRESSION."""
    named = {"RUN": runs["good"], "OTHER": runs["alike"]}
    outcome = harness(*(named.get(word, word) for word in words))
    assert outcome.code == 64
    assert said in outcome.err


def test_a_rehearsal_is_of_the_rules_that_the_gate_would_apply(
    harness: Command, runs: dict[str, Path]
) -> None:
    """A rule of the task's own stands in for one for all; without any there is nothing to try."""
    place = harness.home / "rehearsed.toml"
    place.write_text(
        '[[gate]]\nmax_drop = 0.01\n[[gate]]\ntask = "scripted"\nmax_drop = 0.5\n'
        '[[gate]]\ntask = "another"\n'
    )
    words = ("gate", "--aa", runs["fallen"], "--splits", "20", "--policy", place)
    (found,) = json.loads(harness(*words, "--json").out)
    assert found["rule"]["max_drop"] == 0.5
    assert harness(*words).out.startswith("\nscripted score: split 20 times into halves of 10 att")
    place.write_text('[[gate]]\ntask = "another"\n')
    outcome = harness(*words)
    assert outcome.code == 64
    assert "no rule of the policy is for scripted" in outcome.err


def test_a_run_with_one_attempt_cannot_be_split(harness: Command, tmp_path: Path) -> None:
    run = run_of(tmp_path / "once", {"a": "1", "b": "0"}).path
    outcome = harness("gate", "--aa", run)
    assert outcome.code == 64
    assert "no problem with two judged attempts" in outcome.err


def test_two_contestants_of_one_run(harness: Command, tmp_path: Path) -> None:
    run = run_of(tmp_path / "both", {"a": "1", "b": "0"}, contestants=("x", "y")).path
    assert "name one with --contestant" in harness("compare", run, run).err
    outcome = harness("compare", run, run, "--contestant", "x", "--contestant", "y")
    assert outcome.code == 0, outcome.err
    assert "No difference can be shown between y and x" in outcome.out


def test_a_page_goes_to_standard_output_too(harness: Command, runs: dict[str, Path]) -> None:
    """As into a step's log; a place that cannot be written is named, after the ruling."""
    words = ("gate", runs["good"], runs["alike"])
    outcome = harness(*words, "--markdown", "/dev/stdout")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("\n**PASS**")
    assert "\n<!-- harness gate -->\n" in outcome.out
    assert Path("/dev/stdout").is_symlink()
    outcome = harness(*words, "--junit", "nowhere/j.xml")
    assert outcome.code == 3
    assert "**PASS**" in outcome.out
    assert "nowhere/j.xml cannot be written: No such file or directory" in outcome.err


def test_a_name_is_no_markup(harness: Command, runs: dict[str, Path], tmp_path: Path) -> None:
    """A contestant's name calls nobody, opens no tag, links nowhere and breaks no table.

    GitHub and GitLab look for mentions in what Markdown came out as, so escaping hides none.
    """
    name = "@all <img src=x> | [x](javascript:1) `code` **b** #1 https://x.org www.x.org !2"
    run = run_of(tmp_path / "evil", dict.fromkeys(NAMES, "1" * 20), contestants=(name,)).path
    assert harness("gate", runs["good"], run, "--markdown", "m.md", "--junit", "j.xml").code == 0
    page = (harness.home / "m.md").read_text()
    for bad in ("@all", "<img", "[x](java", " `code`", " **b**", " | \\[x"):
        assert bad not in page
    texts = Texts()
    texts.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(page))
    assert not {"img", "a"} & texts.tags
    for text in texts.found:
        assert not re.search(r"[@#!]\w|://|www\.", text), text
    assert name in "".join(texts.found)
    ET.parse(harness.home / "j.xml")


@pytest.mark.long
def test_a_page_that_is_too_long_loses_its_sections_in_order(
    harness: Command, tmp_path: Path
) -> None:
    """A benchmark of 1,500 problems fits into a comment, and says what was left out."""
    names = [f"a-problem-with-a-rather-long-name-{n}" for n in range(1500)]
    base = run_of(tmp_path / "base", dict.fromkeys(names, "1"), contestants=("a",)).path
    new = run_of(tmp_path / "new", dict.fromkeys(names, "0"), contestants=("b",)).path
    assert harness("gate", base, new, "--markdown", "m.md").code == 1
    page = (harness.home / "m.md").read_text()
    assert len(page) < 60_000
    assert page.startswith("<!-- harness gate -->\n\n**REGRESSION**")
    assert "Left out for want of room: all problems, verdicts, costs, settings, problems." in page
    assert "- lost: 1500 (" in page
