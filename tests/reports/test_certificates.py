"""Whether the judge of a run was tested, and which limits nobody published: on its pages."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from harness.store import RunFolder
from harness.types import Contest, SelfTest
from reports.build import build_report
from tests.fakes.certificates import INFERRED, certificate, program
from tests.reports.contests import code_problem, ioi, people
from tests.reports.runs import Did, write_run

GOOD = certificate(
    "hills", "hash-of-hills", program("accepted/a", cpu_s=0.62), program("wrong_answer/<b>")
)
BAD = certificate(
    "hills", "hash-of-hills", program("accepted/a"), program("wrong_answer/<b>", "disagrees")
)


def run(
    place: Path, *tests: SelfTest, contest: Contest | None = None, known: bool = True
) -> RunFolder:
    return write_run(
        place,
        contest or ioi(code_problem("hills")),
        {("ada", "hills"): [Did(shares=(1, 1, 1))]},
        people("ada"),
        self_tests=tests if known else None,
    )


def pages(tmp_path: Path, *runs: RunFolder) -> dict[str, str]:
    """Return the text of each page by its path, white space made even."""
    report = build_report(runs, tmp_path / "report").parent
    return {
        place.relative_to(report).as_posix(): " ".join(place.read_text().split())
        for place in report.rglob("*.html")
    }


def told(tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(
        (tmp_path / "report" / "report.json").read_text()
    )
    return found


def test_a_certificate_is_on_the_page_of_its_run(tmp_path: Path) -> None:
    """With the number of programs and the margin, and no warning anywhere."""
    found = pages(tmp_path, run(tmp_path / "r", SelfTest(problem="hills", certificate=GOOD)))
    page = found["run/r.html"]
    assert "judge certificate: passed 2 of 2 programs, slowest reference 0.62 of the limit" in page
    assert GOOD.issued in page
    assert not any("elf-test" in text for name, text in found.items() if name != "about.html")
    assert told(tmp_path)["runs"][0]["self_tests"] == {
        "hills": {"passed": True, "said": GOOD.sentence}
    }


def test_the_lack_of_one_is_said_on_every_page(tmp_path: Path) -> None:
    """Plainly, with the reason, where a reader sees the numbers."""
    found = pages(tmp_path, run(tmp_path / "r", SelfTest(problem="hills", reason="none was made")))
    for name, text in found.items():
        assert ("Not self-tested" in text) == (name != "about.html"), name
    said = "No self-test on this machine for problem hills (none was made) in run r"
    assert said in found["index.html"]
    assert "no self-test on this machine for problem hills: none was made" in found["run/r.html"]
    assert told(tmp_path)["runs"][0]["self_tests"] == {
        "hills": {"passed": False, "said": "none was made"}
    }


def test_a_failed_self_test_is_a_warning_of_its_own(tmp_path: Path) -> None:
    """It names the program, whose name is a text like any other."""
    found = pages(tmp_path, run(tmp_path / "r", SelfTest(problem="hills", certificate=BAD)))
    assert "Self-test failed" in found["index.html"]
    assert "failed: 1 of 2 programs as declared (wrong_answer/&lt;b&gt;:" in found["index.html"]
    assert "<b>:" not in found["index.html"]


def test_older_runs_say_that_they_do_not_know(tmp_path: Path) -> None:
    """A run from before self-tests is neither praised nor blamed."""
    found = pages(tmp_path, run(tmp_path / "r", known=False))
    assert "not recorded: the run is older than they are" in found["run/r.html"]
    assert "self-tested" not in found["index.html"]
    assert told(tmp_path)["runs"][0]["self_tests"] is None


def test_an_inferred_limit_is_marked_wherever_its_numbers_are(tmp_path: Path) -> None:
    """It is not the published one: the evidence and the machine are beside it."""
    problem = msgspec.structs.replace(code_problem("hills"), inferred=INFERRED)
    test = SelfTest(problem="hills", certificate=GOOD)
    found = pages(tmp_path, run(tmp_path / "r", test, contest=ioi(problem)))
    said = (
        "The time limit of hills in run r is not a published one: time limit 3 s inferred: "
        "slowest accepted/sum.py (python3) took 0.52 s x 5 (on a processor)."
    )
    for name, text in found.items():
        assert (said in text) == (name != "about.html"), name
    assert told(tmp_path)["boards"][0]["inferred_limits"] == {"hills": INFERRED.sentence}
