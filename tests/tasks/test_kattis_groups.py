"""Test trees of both editions become groups with the same fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import Aggregation, CodeBody, Edition, Group, Problem, VerdictMode
from tasks.packages.kattis import open_package, read_package
from tests.fakes.kattis import CURRENT, LEGACY, SCORING, write

PPF_SCORING = {
    **SCORING,
    "problem.yaml": CURRENT["problem.yaml"] + "type: scoring\n",
    "data/testdata.yaml": None,
    "data/secret/testdata.yaml": None,
    "data/secret/g1/testdata.yaml": None,
    "data/secret/g2/testdata.yaml": None,
    "data/secret/g1/test_group.yaml": "max_score: 40\n",
    "data/secret/g2/test_group.yaml": (
        "max_score: 60\nscore_aggregation: sum\nrequire_pass: [sample, secret/g1]\n"
    ),
}
"""The scoring problem in the 2025-09 edition."""


def problem_of(folder: Path, *layers: dict[str, str | None]) -> Problem:
    return read_package(write(folder / "sum", *layers))


def tree(folder: Path, *layers: dict[str, str | None]) -> Group:
    body = problem_of(folder, *layers).body
    assert isinstance(body, CodeBody)
    assert body.group is not None
    return body.group


def group(root: Group, name: str) -> Group:
    found = [root]
    while found:
        node = found.pop()
        if node.name == name:
            return node
        found += node.groups
    raise AssertionError(name)


def test_a_plain_package_has_the_sample_and_the_secret_group(tmp_path: Path) -> None:
    """Without any configuration the defaults of the format hold everywhere."""
    root = tree(tmp_path, LEGACY)
    assert [inner.name for inner in root.groups] == ["sample", "secret"]
    for node in (root, *root.groups):
        assert (node.verdicts, node.scores) == (VerdictMode.WORST_ERROR, Aggregation.SUM)
        assert node.break_on_reject
        assert (node.accept_score, node.reject_score) == (1.0, 0.0)
        assert (node.lowest, node.highest, node.custom) == (None, None, None)
    assert root.groups[1].tests == ("secret/1", "secret/2")


def test_olympiad_groups_are_read(tmp_path: Path) -> None:
    """Flags, scores and ranges land where the judge looks for them."""
    root = tree(tmp_path, SCORING)
    secret, second = group(root, "secret"), group(root, "secret/g2")
    assert root.ignore_sample
    assert not root.break_on_reject
    assert (secret.verdicts, secret.accept_if_any) == (VerdictMode.FIRST_ERROR, True)
    assert (second.scores, second.accept_score, second.highest) == (Aggregation.MIN, 60.0, 60.0)
    assert second.break_on_reject
    assert second.tests == ("secret/g2/a", "secret/g2/b")
    assert problem_of(tmp_path, SCORING).max_points == 100.0


def test_properties_pass_down_until_they_are_set_again(tmp_path: Path) -> None:
    """The nearest ancestor that defines a property gives it; ignore_sample stays at the root."""
    root = tree(tmp_path, SCORING, {"data/secret/testdata.yaml": "accept_score: 1e1\n"})
    secret, first = group(root, "secret"), group(root, "secret/g1")
    assert not secret.break_on_reject
    assert secret.highest == 100.0
    assert secret.accept_score == 10.0
    assert not secret.ignore_sample
    assert (first.break_on_reject, first.accept_score) == (True, 40.0)


def test_the_last_of_conflicting_flags_holds(tmp_path: Path) -> None:
    """So says the format."""
    flags = {"data/secret/testdata.yaml": "grader_flags: min first_error max always_accept\n"}
    secret = group(tree(tmp_path, SCORING, flags), "secret")
    assert (secret.scores, secret.verdicts) == (Aggregation.MAX, VerdictMode.ALWAYS_ACCEPT)


def test_groups_and_tests_are_in_order_of_base_name(tmp_path: Path) -> None:
    """1 comes before 1-a, though 1-a.in comes before 1.in."""
    more = {"data/secret/1-a.in": "", "data/secret/1-a.ans": ""}
    assert group(tree(tmp_path, LEGACY, more), "secret").tests == (
        "secret/1",
        "secret/1-a",
        "secret/2",
    )


@pytest.mark.parametrize(
    ("yaml", "args"),
    [
        ("output_validator_flags: a 1e-6\n", ("-v", "a", "1e-6")),
        ("output_validator_flags: {name: check, flags: b}\n", ("-v", "b")),
        ("output_validator_flags: check\n", ("-v",)),
        ("output_validator_flags: ''\n", ("-v",)),
        ("on_reject: break\n", ("-v",)),
    ],
)
def test_validator_flags_follow_those_of_the_problem(
    tmp_path: Path, yaml: str, args: tuple[str, ...]
) -> None:
    """A text is flags, or the validator's name; a map is both."""
    custom = {
        "problem.yaml": "validation: custom\nvalidator_flags: -v\n",
        "output_validators/check/check.py": "",
        "data/secret/testdata.yaml": yaml,
    }
    body = problem_of(tmp_path, LEGACY, custom).body
    assert isinstance(body, CodeBody)
    assert [test.validator_args for test in body.tests] == [("-v",), args, args]


def test_a_group_can_have_the_package_s_own_grader(tmp_path: Path) -> None:
    """Its flags are the grader's arguments, and its files come with the package."""
    files = {
        "graders/grade.py": "print('AC 1')\n",
        "data/secret/g1/testdata.yaml": "grading: custom\ngrader_flags: rescale 5\n",
    }
    problem = problem_of(tmp_path, SCORING, files)
    assert isinstance(problem.body, CodeBody)
    assert problem.body.group is not None
    assert group(problem.body.group, "secret/g1").custom == ("rescale", "5")
    assert "graders/grade.py" in {item.file.path for item in problem.body.files}
    with pytest.raises(TaskDataError, match="has no grader"):
        problem_of(tmp_path / "b", SCORING, {**files, "graders/grade.py": None})


def test_grading_keys_of_older_packages_hold_at_the_root(tmp_path: Path) -> None:
    """Before testdata.yaml they stood in problem.yaml."""
    old = {
        "problem.yaml": "type: scoring\ngrading: {accept_score: 5, on_reject: grade}\n",
        "data/testdata.yaml": None,
    }
    secret = group(tree(tmp_path, SCORING, old), "secret")
    assert (secret.accept_score, secret.break_on_reject) == (5.0, False)


def test_groups_without_tests_are_left_out(tmp_path: Path) -> None:
    """Also when their tests are not in this copy; the reachable points shrink with them."""
    folder = write(
        tmp_path / "sum",
        SCORING,
        {"data/secret/g2/a.in": None, "data/secret/g2/b.in": None, "data/secret/no/x.txt": ""},
    )
    package = open_package(folder, allow_missing=True)
    assert isinstance(package.problem.body, CodeBody)
    assert package.problem.body.group is not None
    names = [node.name for node in group(package.problem.body.group, "secret").groups]
    assert names == ["secret/g1"]
    assert package.dropped == ("secret/g2/a", "secret/g2/b")
    assert package.problem.max_points == 40.0


@pytest.mark.parametrize(
    ("files", "points"),
    [
        ({}, 100.0),
        ({"data/testdata.yaml": "grader_flags: ignore_sample\n"}, 100.0),
        ({"data/testdata.yaml": None}, 101.0),  # an accepted sample is worth its 1
        ({"data/testdata.yaml": "range: -inf +inf\n"}, 101.0),
        ({"data/testdata.yaml": "range: 0 77.5\n"}, 77.5),
        (
            {
                "data/testdata.yaml": "grader_flags: ignore_sample\n",
                "data/secret/testdata.yaml": "grader_flags: max\n",
            },
            60.0,
        ),
        (
            {
                "data/testdata.yaml": "grader_flags: ignore_sample\n",
                "data/secret/testdata.yaml": "grader_flags: avg\n",
            },
            50.0,
        ),
        (
            {
                "data/testdata.yaml": "grader_flags: ignore_sample\n",
                "data/secret/g1/testdata.yaml": "accept_score: 40\n",
                "problem.yaml": "type: scoring\nvalidation: custom score\n",
                "output_validators/v.py": "",
            },
            0.0,  # nothing bounds g1
        ),
    ],
)
def test_the_most_points_are_computed(
    tmp_path: Path, files: dict[str, str | None], points: float
) -> None:
    """From the range at the root, else from what accepted tests add up to."""
    assert problem_of(tmp_path, SCORING, files).max_points == points


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("on_reject: maybe\n", "on_reject"),
        ("grading: strange\n", "grading"),
        ("grader_flags: median\n", "median"),
        ("range: 5\n", "range"),
        ("range: 5 1\n", "range"),
        ("range: nan 1\n", "range"),
        ("accept_score: many\n", "accept_score"),
        ("accept_score: inf\n", "accept_score"),
        ("output_validator_flags: {name: other}\n", "output_validator_flags|other"),
    ],
)
def test_settings_that_make_no_sense_are_named(tmp_path: Path, yaml: str, words: str) -> None:
    """A package is refused rather than judged by a guess."""
    with pytest.raises(TaskDataError, match=words):
        tree(tmp_path, SCORING, {"data/secret/g1/testdata.yaml": yaml})


def test_current_groups_are_read_into_the_same_fields(tmp_path: Path) -> None:
    """A pass-fail group is all or nothing; a sum shares its points among its tests."""
    problem = problem_of(tmp_path, PPF_SCORING)
    assert isinstance(problem.body, CodeBody)
    root = problem.body.group
    assert root is not None
    secret, first, second = (group(root, n) for n in ("secret", "secret/g1", "secret/g2"))
    assert problem.max_points == 100.0
    assert root.ignore_sample
    assert not root.break_on_reject
    assert (secret.scores, secret.highest, secret.accept_if_any) == (Aggregation.SUM, 100.0, True)
    assert (first.scores, first.highest) == (Aggregation.PASS_FAIL, 40.0)
    assert first.break_on_reject
    assert (second.scores, second.accept_score) == (Aggregation.SUM, 30.0)
    assert not second.break_on_reject
    assert second.require_pass == ("sample", "secret/g1")


def test_current_tests_can_be_sorted_into_folders(tmp_path: Path) -> None:
    """A folder without test_group.yaml is no group."""
    files = {"data/secret/0-easy/x.in": "", "data/secret/0-easy/x.ans": ""}
    secret = group(tree(tmp_path, CURRENT, files), "secret")
    assert secret.tests == ("secret/0-easy/x", "secret/1", "secret/2")
    assert secret.groups == ()


def test_current_pass_fail_problems_stop_at_the_first_rejection(tmp_path: Path) -> None:
    """Their verdict is that of the first test that is not accepted."""
    root = tree(tmp_path, CURRENT)
    for node in (root, *root.groups):
        assert node.break_on_reject
        assert node.verdicts is VerdictMode.FIRST_ERROR


def test_unbounded_scores_must_come_from_the_validator(tmp_path: Path) -> None:
    """Then a test has no score of its own, and the problem no highest one."""
    files = {
        "data/secret/test_group.yaml": "max_score: unbounded\n",
        "data/secret/g2/test_group.yaml": "score_aggregation: min\n",
    }
    problem = problem_of(tmp_path, PPF_SCORING, files)
    assert isinstance(problem.body, CodeBody)
    assert problem.body.group is not None
    second = group(problem.body.group, "secret/g2")
    assert (second.highest, second.accept_score) == (None, None)
    assert problem.max_points == 0.0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"data/secret/g1/test_group.yaml": ""}, "pass-fail group without a max_score"),
        ({"data/secret/g1/test_group.yaml": "score_aggregation: min\n"}, "no max_score"),
        ({"data/secret/g1/test_group.yaml": "max_score: -1\n"}, "max_score"),
        ({"data/secret/g1/test_group.yaml": "max_score: 1.5\n"}, "max_score"),
        ({"data/secret/g1/test_group.yaml": "max_score: 1\nscore_aggregation: avg\n"}, "avg"),
        ({"data/secret/g1/test_group.yaml": "max_score: 1\npoints: 2\n"}, "unknown key points"),
        (
            {"data/secret/g1/test_group.yaml": "max_score: 40\nrequire_pass: secret/g2\n"},
            "secret/g2 is no earlier",
        ),
        ({"data/secret/test_group.yaml": "require_pass: secret/g1\n"}, "only require the sample"),
        ({"data/secret/test_group.yaml": "score_aggregation: pass-fail\n"}, "though secret/g2"),
        ({"data/sample/test_group.yaml": "max_score: 1\n"}, "not for the sample"),
        ({"data/test_group.yaml": "max_score: 1\n"}, "max_score is for data/secret"),
        ({"data/testdata.yaml": "range: 0 1\n"}, "of another edition"),
        ({"data/secret/g1/in/test_group.yaml": ""}, "where none may be"),
        ({"data/secret/g3/a.in": "", "data/secret/g3/a.ans": ""}, "has no test_group.yaml"),
        ({"data/secret/x.in": "", "data/secret/x.ans": ""}, "beside test groups"),
        ({"data/secret/g1/a/b.in": ""}, "both a test case and a folder"),
        ({"problem.yaml": CURRENT["problem.yaml"]}, "only for problems of type scoring"),
    ],
)
def test_trees_that_break_the_rules_are_refused(
    tmp_path: Path, files: dict[str, str | None], words: str
) -> None:
    """The file and the rule are named."""
    with pytest.raises(TaskDataError, match=words):
        tree(tmp_path, PPF_SCORING, files)


def test_static_validation_is_refused_by_name(tmp_path: Path) -> None:
    """It would change the score, and this judge does not do it."""
    with pytest.raises(UnsupportedError, match="static validation"):
        tree(
            tmp_path,
            PPF_SCORING,
            {"data/secret/g1/test_group.yaml": "max_score: 4\nstatic_validation_score: 1\n"},
        )


def test_constants_are_replaced_in_group_settings(tmp_path: Path) -> None:
    """In test_group.yaml, and not in the settings of one test."""
    files = {
        "problem.yaml": CURRENT["problem.yaml"] + "constants: {eps: 1e-6}\n",
        "data/secret/test_group.yaml": "output_validator_args: [float_tolerance, '{{eps}}']\n",
    }
    body = problem_of(tmp_path, CURRENT, files).body
    assert isinstance(body, CodeBody)
    assert body.tests[1].validator_args == ("float_tolerance", "1e-6")


def test_arguments_for_all_tests_may_stand_above_them(tmp_path: Path) -> None:
    """As BAPCtools has it: passed over, they would make right answers wrong."""
    files = {
        "data/test_group.yaml": "output_validator_args: [float_tolerance, '1e-6']\n",
        "data/sample/test_group.yaml": "output_validator_args: [case_sensitive]\n",
    }
    body = problem_of(tmp_path, CURRENT, files).body
    assert isinstance(body, CodeBody)
    assert [test.validator_args for test in body.tests] == [
        ("case_sensitive",),
        ("float_tolerance", "1e-6"),
        ("float_tolerance", "1e-6"),
    ]


def test_drafts_may_have_either_kind_of_groups(tmp_path: Path) -> None:
    """Packages of the 2023-07 draft were also written with the older test groups."""
    draft = {"problem.yaml": "problem_format_version: 2023-07-draft\ntype: scoring\n"}
    body = problem_of(tmp_path, SCORING, draft).body
    assert isinstance(body, CodeBody)
    assert body.edition is Edition.LEGACY
    assert body.group is not None
    assert group(body.group, "secret/g1").accept_score == 40.0
