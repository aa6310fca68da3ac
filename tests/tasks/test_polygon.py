"""Full packages of Polygon are read, and what would be judged wrongly is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, CodeKind, Comparison, Problem, Verdict
from tasks.packages.any import read_any_package
from tasks.packages.expectations import CRASHES, Share
from tasks.packages.jury import read_jury
from tasks.packages.polygon import open_package
from tasks.packages.polygon_jury import expectation_of, language_of
from tasks.packages.polygon_xml import MAX_XML_BYTES
from tests.fakes.polygon import GROUPS, PLAIN, SCORED, polygon, xml

Files = dict[str, str | None]


def body_of(problem: Problem) -> CodeBody:
    assert isinstance(problem.body, CodeBody)
    return problem.body


def manifest(*changes: tuple[str, str], of: str = "") -> Files:
    """Return a package's ``problem.xml`` with texts replaced, each of which is there."""
    content = of or xml()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    return {"problem.xml": content}


def test_a_package_is_read(tmp_path: Path) -> None:
    """The limits of the testset that is judged, all tests, the checker and what it includes."""
    problem = open_package(polygon(tmp_path)).problem
    body = body_of(problem)
    assert (problem.id, problem.title, problem.statement) == ("two-numbers", "Sum", "Add.\n")
    assert (body.kind, body.comparison) == (CodeKind.BATCH, Comparison.TESTLIB)
    assert (body.time_limit_s, body.memory_limit_bytes) == (1.5, 256 << 20)
    assert (body.input_file, body.output_file, body.languages) == ("", "", ())
    assert [(t.name, t.input.path, t.answer and t.answer.path) for t in body.tests] == [
        (name, f"tests/{name}", f"tests/{name}.a") for name in ("01", "02", "03")
    ]
    assert {(item.role.value, item.file.path) for item in body.files} == {
        ("checker", "files/check.cpp"),
        ("support", "files/testlib.h"),
        ("reference", "solutions/right.c"),
    }
    assert read_any_package(tmp_path / "two-numbers").problem == problem


def test_without_points_a_submission_is_accepted_or_not(tmp_path: Path) -> None:
    """Groups that give nothing change nothing."""
    for tests, groups in ((PLAIN, ""), (PLAIN.replace("<test ", '<test group="a" '), "")):
        problem = open_package(polygon(tmp_path, {"problem.xml": xml(tests, groups)})).problem
        body = body_of(problem)
        assert (problem.max_points, body.scored) == (1.0, False)
        assert [(s.points, s.tests) for s in body.subtasks] == [(1.0, ("01", "02", "03"))]


def test_groups_give_points_to_who_passes_what_they_depend_on(tmp_path: Path) -> None:
    """Through other groups, too; where each test counts it is a subtask of its own."""
    problem = open_package(polygon(tmp_path, {"problem.xml": xml(SCORED, GROUPS)})).problem
    assert (problem.max_points, body_of(problem).scored) == (100.0, True)
    assert [(s.name, s.points, s.tests) for s in body_of(problem).subtasks] == [
        ("0", 0.0, ("01",)),
        ("1", 40.0, ("01", "02")),
        ("2/03", 60.0, ("01", "02", "03")),
    ]


def test_points_without_groups_are_those_of_tests(tmp_path: Path) -> None:
    """One that has no points takes none away."""
    tests = PLAIN.replace('method="generated"', 'method="generated" points="33.3"')
    problem = open_package(polygon(tmp_path, {"problem.xml": xml(tests)})).problem
    assert problem.max_points == 66.6
    assert [(s.name, s.points, s.tests) for s in body_of(problem).subtasks] == [
        ("test 01", 0.0, ("01",)),
        ("test 02", 33.3, ("02",)),
        ("test 03", 33.3, ("03",)),
    ]


def test_a_group_may_have_the_points_that_its_tests_do_not_have(tmp_path: Path) -> None:
    """But not others than they have together."""
    tests = SCORED.replace('points="40.0"', "")
    folder = polygon(tmp_path, {"problem.xml": xml(tests, GROUPS)})
    assert [s.points for s in body_of(open_package(folder).problem).subtasks] == [0.0, 40.0, 60.0]
    tests = SCORED.replace('points="40.0"', 'points="30"')
    with pytest.raises(TaskDataError, match="group 1 has 40 points, and its tests have 30"):
        open_package(polygon(tmp_path, {"problem.xml": xml(tests, GROUPS)}))


def test_input_and_output_may_be_files(tmp_path: Path) -> None:
    """``stdin`` and ``stdout`` are none."""
    for given, files in (
        ('input-file="sum.in" output-file="sum.out"', ("sum.in", "sum.out")),
        ('input-file="stdin" output-file="stdout"', ("", "")),
    ):
        body = body_of(open_package(polygon(tmp_path, {"problem.xml": xml(judging=given)})).problem)
        assert (body.input_file, body.output_file) == files


def test_a_package_without_its_generated_tests_is_refused(tmp_path: Path) -> None:
    """With what to do; the rest can be judged, and gives no more points than it has."""
    gone: Files = {"tests/02": None, "tests/02.a": None, "problem.xml": xml(SCORED, GROUPS)}
    folder = polygon(tmp_path, gone)
    with pytest.raises(TaskDataError, match="of 1 of 3 tests: 02") as caught:
        open_package(folder)
    assert "full package" in caught.value.hint
    assert "doall.sh" in caught.value.hint
    package = open_package(folder, allow_missing=True)
    assert package.dropped == ("02",)
    assert package.problem.max_points == 60.0
    assert [s.tests for s in body_of(package.problem).subtasks] == [("01",), ("01", "03")]
    (folder / "tests" / "03").unlink()
    with pytest.raises(TaskDataError, match="no points"):  # all would be right with 0 of 0
        open_package(folder, allow_missing=True)
    shutil.rmtree(folder / "tests")
    with pytest.raises(TaskDataError, match="3 of 3"):
        open_package(folder, allow_missing=True)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
ASSET = '<file path="files/grader.cpp"><assets><asset name="solution"/></assets></file>'
INTERACTOR = '<interactor><source path="files/i.cpp" type="cpp.g++17"/></interactor>'


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({"problem.xml": xml(assets=INTERACTOR)}, UnsupportedError, "interactor"),
        ({"problem.xml": xml(judging='run-count="2"')}, UnsupportedError, "run-count"),
        ({"problem.xml": xml(assets="<scorer/>")}, UnsupportedError, "scorer"),
        ({"problem.xml": xml(files=ASSET)}, UnsupportedError, "compiled together"),
        (manifest(('type="testlib"', 'type="other"')), UnsupportedError, "not testlib's"),
        (manifest(("files/check.cpp", "files/Check.java")), UnsupportedError, "not in C"),
        ({"files/check.cpp": "quitp(0.5);\n"}, UnsupportedError, "gives points itself"),
        ({"tests/02": "3\r\n4\r\n"}, UnsupportedError, "02 ends its lines as Windows"),
        ({"files/check.cpp": None}, TaskDataError, "check.cpp is missing"),
        ({"files/testlib.h": None}, TaskDataError, "testlib.h is missing"),
        (manifest(("<problem", f"{BOMB}<problem")), TaskDataError, "document type"),
        (manifest(("</problem>", "")), TaskDataError, "is no XML"),
        ({"problem.xml": "<contest/>"}, TaskDataError, "not a problem"),
        ({"problem.xml": "<problem/>"}, TaskDataError, "no judging"),
        ({"problem.xml": " " * (MAX_XML_BYTES + 1)}, TaskDataError, "larger than"),
        (manifest(('"two-numbers"', '"../x"')), TaskDataError, "short-name"),
        (manifest(("tests/%02d<", "tests/%s<")), TaskDataError, "input-path-pattern"),
        (manifest(("tests/%02d<", "../%02d<")), TaskDataError, "within the package"),
        (manifest(("files/check.cpp", "/etc/check.cpp")), TaskDataError, "within the package"),
        (manifest(("<test-count>3", "<test-count>4")), TaskDataError, "test-count is 4"),
        (manifest((">1500<", ">1.5<")), TaskDataError, "time-limit"),
        (manifest((">1500<", ">0<")), TaskDataError, "time-limit is 0"),
        (manifest((">268435456<", ">0<")), TaskDataError, "memory-limit"),
        (manifest(('"tests"', '"others"')), TaskDataError, "2 testsets"),
        ({"problem.xml": xml(judging='input-file="../x"')}, TaskDataError, "input-file"),
        ({"problem.xml": xml(SCORED)}, TaskDataError, "nothing is said of the group '0'"),
        (manifest(("each-test", "some"), of=xml(SCORED, GROUPS)), TaskDataError, "points-policy"),
        (
            manifest(('dependency group="0"', 'dependency group="2"'), of=xml(SCORED, GROUPS)),
            TaskDataError,
            "depends on itself",
        ),
        (manifest(('"60.0"', '"nan"'), of=xml(SCORED, GROUPS)), TaskDataError, "points 'nan'"),
    ],
)
def test_what_is_wrong_or_not_judged_is_named(
    tmp_path: Path, files: Files, error: type[TaskDataError], words: str
) -> None:
    """The file and what it says stand in the message."""
    with pytest.raises(error, match=words):
        open_package(polygon(tmp_path, files))


def test_tags_mean_verdicts(tmp_path: Path) -> None:
    """Each in the language that its type names; Python 2 is not judged."""
    jury = {one.name: one for one in read_jury(read_any_package(polygon(tmp_path)).problem)}
    assert jury["right.c"].expectation.verdicts == (Verdict.AC,)
    assert jury["right.c"].reference
    assert jury["right.py"].handed.language == "python3"
    assert jury["silent.c"].expectation.verdicts == (Verdict.WA,)
    assert jury["some.c"].expectation.verdicts == (Verdict.TLE, Verdict.AC)
    assert Verdict.RTE in jury["crash.c"].expectation.verdicts
    assert jury["any.c"].handed.source is None
    assert "not to be run" in jury["any.c"].handed.problem
    assert "Python 2" in jury["old.py"].handed.problem


def test_tags_of_a_scored_problem_speak_of_tests() -> None:
    """A program that is too slow may get points, but is not wrong anywhere."""
    slow = expectation_of("time-limit-exceeded", scored=True)
    assert slow.share is Share.NOT_ALL
    assert slow.rules[0].permitted == (Verdict.AC, Verdict.TLE)
    assert expectation_of("main", scored=True).share is Share.ALL
    assert expectation_of("rejected", scored=True).rules == ()
    either = expectation_of("time-limit-exceeded-or-accepted", scored=True)
    assert either.share is None
    assert either.rules
    assert expectation_of("memory-limit-exceeded", scored=False).verdicts == CRASHES


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("cpp.g++17", "cpp17"),
        ("cpp.g++", "cpp17"),
        ("cpp.gcc13-64-winlibs-g++20", "cpp"),
        ("cpp.gcc14-64-msys2-g++23", "cpp23"),
        ("c.gcc", "c"),
        ("python.3", "python3"),
        ("python.pypy3-64", "pypy3"),
        ("java11", "java"),
        ("kotlin19", "kotlin"),
        ("pas.fpc", ""),
    ],
)
def test_types_of_sources_are_languages(kind: str, key: str) -> None:
    """Those that are not known are told by their suffixes."""
    assert language_of(kind) == key
