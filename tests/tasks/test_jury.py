"""Jury programs are found with their sources, their language and what is declared of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import TaskDataError
from harness.types import CodeBody, Group, Verdict
from tasks.packages.any import read_any_package
from tasks.packages.expectations import CRASHES, REJECTED, Rule, Share
from tasks.packages.jury import JuryProgram, exhaustive, read_jury
from tasks.packages.kattis import read_package
from tests.fakes.kattis import CURRENT, LEGACY, SCORING, change, write
from tests.fakes.packages import write_package
from tests.fakes.tps import tps

AC, WA, TLE, RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE


def jury(folder: Path) -> dict[str, JuryProgram]:
    return {each.name: each for each in read_jury(read_any_package(folder).problem)}


def test_legacy_folders_declare_the_verdict(tmp_path: Path) -> None:
    """One program a file, in order, each with its language and the folder's verdict."""
    more = {
        "submissions/wrong_answer/w.cpp": "int main() {}\n",
        "submissions/time_limit_exceeded/t.java": "class T {}\n",
        "submissions/run_time_error/r.c": "int main() { return 1; }\n",
        "submissions/rejected/x.py": "print()\n",
        "submissions/mixed/m.py": "# @EXPECTED_RESULTS@: TIMELIMIT, CORRECT\n",
        "submissions/mixed/n.py": "print()\n",
        "submissions/.hidden/h.py": "",
        "submissions/accepted/.hidden.py": "",
        "submissions/README.md": "",
    }
    found = jury(write(tmp_path / "sum", LEGACY, more))
    assert list(found) == sorted(found)
    assert {name: each.expectation.verdicts for name, each in found.items()} == {
        "accepted/sum.py": (AC,),
        "wrong_answer/w.cpp": (WA,),
        "time_limit_exceeded/t.java": (TLE,),
        "run_time_error/r.c": CRASHES,
        "rejected/x.py": REJECTED,
        "mixed/m.py": (TLE, AC),
        "mixed/n.py": (),
    }
    assert {name: each.handed.language for name, each in found.items()} == {
        "accepted/sum.py": "python3",
        "wrong_answer/w.cpp": "cpp",
        "time_limit_exceeded/t.java": "java",
        "run_time_error/r.c": "c",
        "rejected/x.py": "python3",
        "mixed/m.py": "python3",
        "mixed/n.py": "python3",
    }
    assert found["mixed/n.py"].expectation.empty
    assert found["wrong_answer/w.cpp"].handed.source is not None
    assert found["wrong_answer/w.cpp"].handed.source.files == (("w.cpp", b"int main() {}\n"),)


def test_a_tag_does_not_change_a_standard_folder(tmp_path: Path) -> None:
    """Elsewhere it says more than the folder's name."""
    more = {
        "submissions/wrong_answer/w.py": "# @EXPECTED_RESULTS@: CORRECT\n",
        "submissions/rejected/r.py": "# @EXPECTED_RESULTS@: WRONG-ANSWER, TIMELIMIT\n",
        "submissions/rejected/bad.py": "# @EXPECTED_RESULTS@: MAYBE\n",
    }
    found = jury(write(tmp_path / "sum", LEGACY, more))
    assert found["wrong_answer/w.py"].expectation.verdicts == (WA,)
    assert found["rejected/r.py"].expectation.verdicts == (WA, TLE)
    assert found["rejected/r.py"].expectation.declared == "wrong-answer, timelimit"
    assert found["rejected/bad.py"].expectation.verdicts == REJECTED
    assert "MAYBE" in found["rejected/bad.py"].expectation.note


def test_a_folder_is_one_program(tmp_path: Path) -> None:
    """Its files are handed in together; tags of all of them count."""
    more = {
        "submissions/mixed/two/main.cpp": "int main() {}\n",
        "submissions/mixed/two/lib.h": "// @EXPECTED_RESULTS@: WRONG-ANSWER\n",
        "submissions/mixed/two/c.c": "",
    }
    found = jury(write(tmp_path / "sum", LEGACY, more))["mixed/two"]
    assert found.handed.language == "cpp"
    assert found.handed.source is not None
    assert [name for name, _ in found.handed.source.files] == ["c.c", "lib.h", "main.cpp"]
    assert found.expectation.verdicts == (WA,)


def test_scoring_problems_declare_points_and_grades(tmp_path: Path) -> None:
    """A score in place of the folder's verdict; grades beside it, by the names of groups."""
    more = {
        "submissions/partially_accepted/p.py": "#@EXPECTED_GRADES@ AC RTE\n",
        "submissions/wrong_answer/s.py": "# @EXPECTED_SCORE@: 40\n",
    }
    found = jury(write(tmp_path / "sum", SCORING, more))
    part = found["partially_accepted/p.py"].expectation
    assert part.verdicts == (Verdict.PAC,)
    assert part.groups == (("secret/g1", (AC,)), ("secret/g2", CRASHES))
    score = found["wrong_answer/s.py"].expectation
    assert (score.points, score.verdicts) == (40.0, ())


def test_partial_points_of_a_pass_fail_problem_are_no_declaration(tmp_path: Path) -> None:
    """The format does not allow them, so nothing is checked and that is said."""
    more = {"submissions/partially_accepted/p.py": ""}
    found = jury(write(tmp_path / "sum", LEGACY, more))["partially_accepted/p.py"]
    assert found.expectation.empty
    assert found.expectation.note


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.zig": ""}, "is in no known language (suffix .zig)"),
        ({"a/x.txt": ""}, "is in no known language (suffix .txt)"),
        ({"a/x.py": "", "a/y.java": ""}, "several languages (java, python3)"),
        ({"a/x/y.py": ""}, "holds a folder"),
        ({"a.py": "#!/usr/bin/env python2\nprint 1\n"}, "is in Python 2, which is not judged"),
        ({"a.py2": ""}, "is in Python 2, which is not judged"),
        ({"a b.py": ""}, "has a name"),
        ({"a.py": "->/etc/hostname"}, "leaves the package"),
        ({"a/b.py": "->/etc/hostname"}, "leaves the package"),
        ({"a.py": "->gone.py"}, "cannot be read"),
        ({"a.py": "x" * (9 << 20)}, "more than 8 MiB"),
    ],
)
def test_what_cannot_be_judged_comes_with_the_reason(
    tmp_path: Path, files: dict[str, str | None], words: str
) -> None:
    """It is not silently left out, and its declaration is kept."""
    more = {f"submissions/wrong_answer/{name}": content for name, content in files.items()}
    (found,) = (
        each
        for name, each in jury(write(tmp_path / "sum", LEGACY, more)).items()
        if name.startswith("wrong_answer")
    )
    assert words in found.handed.problem
    assert found.expectation.verdicts == (WA,)


def test_entry_points_and_languages_of_domjudge_are_read(tmp_path: Path) -> None:
    """For a folder, with or without its slash; an entry point that is not there is said."""
    files = {
        "submissions.json": json.dumps(
            {
                "submissions/accepted/two/": {"entry_point": "b.py"},
                "submissions/accepted/one": {"entry_point": "__auto__", "team": "x"},
                "submissions/accepted/java/": {"entry_point": "p.Other", "langid": "java"},
                "submissions/accepted/sum.py": {"langid": "py3"},
                "submissions/accepted/gone": {"entry_point": "c.py"},
            }
        )
    }
    for name in ("two/a.py", "two/b.py", "one/a.py", "java/A.java", "gone/a.py"):
        files[f"submissions/accepted/{name}"] = ""
    found = jury(write(tmp_path / "sum", LEGACY, files))
    entries = {name: each.handed.source.entry for name, each in found.items() if each.handed.source}
    assert entries == {
        "accepted/two": "b.py",
        "accepted/one": "",
        "accepted/java": "p.Other",
        "accepted/sum.py": "",
    }
    assert "entry point c.py" in found["accepted/gone"].handed.problem
    deep = "[" * 100_000
    for broken in ('{"a": 1}', f'{{"a": {{"b": {deep}{"]" * len(deep)}}}}}'):
        write(tmp_path / "sum", LEGACY, {"submissions.json": broken})
        with pytest.raises(TaskDataError, match=r"submissions\.json"):
            jury(tmp_path / "sum")


def test_only_the_legacy_edition_looks_for_python_2(tmp_path: Path) -> None:
    """In 2025-09 the suffix alone says it: .py is Python 3 whatever its first line."""
    old = {"submissions/accepted/old.py": "#!/usr/bin/python2\nprint 1\n"}
    found = jury(write(tmp_path / "new", CURRENT, old))["accepted/old.py"]
    assert (found.handed.language, found.handed.problem) == ("python3", "")
    yaml = {"submissions/submissions.yaml": "accepted/old.py: {language: python2}\n"}
    found = jury(write(tmp_path / "said", CURRENT, old, yaml))["accepted/old.py"]
    assert found.handed.problem == "is in python2, which is not judged"


# --- 2025-09 ---------------------------------------------------------------------------------


def rules(folder: Path, yaml: str, *names: str) -> dict[str, tuple[Rule, ...]]:
    more: dict[str, str | None] = {"submissions/submissions.yaml": yaml}
    more |= {f"submissions/{name}": "" for name in names}
    found = jury(write(folder / "sum", CURRENT, more))
    return {name: each.expectation.rules for name, each in found.items()}


def test_the_standard_folders_have_their_rules(tmp_path: Path) -> None:
    """Without a submissions.yaml too."""
    names = [
        f"{folder}/a.py"
        for folder in (
            "rejected",
            "wrong_answer",
            "time_limit_exceeded",
            "run_time_error",
            "brute_force",
            "other",
        )
    ]
    assert rules(tmp_path, "", *names) == {
        "accepted/sum.py": (Rule(permitted=(AC,)),),
        "rejected/a.py": (Rule(required=(RTE, TLE, WA)),),
        "wrong_answer/a.py": (Rule(permitted=(AC, WA), required=(WA,)),),
        "time_limit_exceeded/a.py": (Rule(permitted=(AC, TLE), required=(TLE,)),),
        "run_time_error/a.py": (Rule(permitted=(AC, RTE), required=(RTE,)),),
        "brute_force/a.py": (Rule(permitted=(AC, RTE, TLE), required=(RTE, TLE)),),
        "other/a.py": (),
    }


def test_an_entry_of_a_standard_name_changes_its_rules_key_by_key(tmp_path: Path) -> None:
    """What it does not say is inherited; a glob of the folder's files adds to it instead."""
    found = rules(
        tmp_path,
        "wrong_answer:\n  permitted: [AC, WA, TLE]\n"
        "accepted/*:\n  score: 1\n"
        "mixed:\n  permitted: [AC, WA, TLE, RTE]\n",
        "wrong_answer/a.py",
        "mixed/m.py",
    )
    assert found["wrong_answer/a.py"] == (Rule(permitted=(AC, WA, TLE), required=(WA,)),)
    assert found["accepted/sum.py"] == (Rule(permitted=(AC,)), Rule(score=(1, 1)))
    assert found["mixed/m.py"] == ()


def test_rules_can_be_about_groups_and_tests(tmp_path: Path) -> None:
    """Under their globs, with every key that tests can have."""
    found = rules(
        tmp_path,
        "'*/{a,b}.py':\n"
        "  sample: {permitted: [AC]}\n"
        "  secret/*-hard/:\n"
        "    permitted: [AC, TLE]\n    required: TLE\n    score: [1, 2.5]\n    message: slow\n"
        "    use_for_time_limit: false\n",
        "rejected/a.py",
        "rejected/c.py",
    )
    assert found["rejected/a.py"][1:] == (
        Rule(tests="sample", permitted=(AC,)),
        Rule(
            tests="secret/*-hard",
            permitted=(AC, TLE),
            required=(TLE,),
            score=(1.0, 2.5),
            message="slow",
            bounds=False,
        ),
    )
    assert len(found["rejected/c.py"]) == 1


def test_what_bounds_the_time_limit_is_declared_fast_or_slow(tmp_path: Path) -> None:
    """Lower means never too slow, upper means too slow somewhere; true and false mean nothing."""
    found = rules(
        tmp_path,
        "other/a.py: {sample: {use_for_time_limit: lower}, secret: {use_for_time_limit: upper}}\n"
        "other/b.py: {use_for_time_limit: false}\n",
        "other/a.py",
        "other/b.py",
    )
    assert found["other/a.py"] == (
        Rule(tests="sample", permitted=(AC, WA, RTE)),
        Rule(tests="secret", required=(TLE,)),
    )
    assert found["other/b.py"] == ()


def test_language_and_entry_point_come_from_the_entry(tmp_path: Path) -> None:
    """They win over suffixes; what cannot be followed is said."""
    folder = write(
        tmp_path / "sum",
        CURRENT,
        {
            "submissions/submissions.yaml": (
                "other/two: {language: python3, entrypoint: b.py, authors: [A B]}\n"
                "other/odd: {language: cobol}\n"
                "other/gone: {entrypoint: c.py}\n"
            ),
            "submissions/other/two/a.txt": "",
            "submissions/other/two/b.py": "",
            "submissions/other/odd/a.py": "",
            "submissions/other/gone/a.py": "",
        },
    )
    found = jury(folder)
    assert found["other/two"].handed.language == "python3"
    assert found["other/two"].handed.source is not None
    assert found["other/two"].handed.source.entry == "b.py"
    assert "cobol" in found["other/odd"].handed.problem
    assert "c.py" in found["other/gone"].handed.problem


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("a: {permitted: [OK]}\n", "OK is not one of"),
        ("a: {score: [3, 1]}\n", "a.score"),
        ("a: {score: x}\n", "a.score"),
        ("a: {score: [1, x]}\n", "score"),
        ("a: {use_for_time_limit: never}\n", "use_for_time_limit"),
        ("a: {colour: red}\n", "a.colour"),
        ("a: {secret: {colour: red}}\n", "unknown key a.secret.colour"),
        ("a: 5\n", "not a map"),
        ("'" + "{a,b}" * 30 + "': {}\n", "patterns"),
        ("a: {'" + "{a,b}" * 30 + "': {}}\n", "patterns"),
    ],
)
def test_declarations_that_cannot_be_read_are_refused(
    tmp_path: Path, yaml: str, words: str
) -> None:
    """The file and the entry are named."""
    with pytest.raises(TaskDataError, match=words):
        rules(tmp_path, yaml)


def test_an_exhaustive_problem_never_stops_early(tmp_path: Path) -> None:
    """Single tests can only be compared when all of them are run; the hash tells the two apart."""
    problem = read_package(write(tmp_path / "sum", CURRENT))
    whole = exhaustive(problem)
    assert isinstance(whole.body, CodeBody)
    assert whole.body.group is not None
    groups: list[Group] = [whole.body.group, *whole.body.group.groups]
    assert not any(group.break_on_reject for group in groups)
    assert whole.hash != problem.hash
    cms = read_any_package(write_package(tmp_path / "cms")).problem
    assert exhaustive(cms) == cms


# --- IOI packages ----------------------------------------------------------------------------


def test_labels_of_an_ioi_package_are_weak(tmp_path: Path) -> None:
    """They speak of the whole: all points, some, or not all. The file's name is the problem's."""
    folder = change(
        write_package(tmp_path / "sum"),
        {
            "solutions/correct/first.cpp": "//\n",
            "solutions/time_limit/slow.cpp": "//\n",
            "solutions/partially_correct/half.cpp": "//\n",
            "solutions/notes/a.cpp": "//\n",
        },
    )
    found = jury(folder)
    assert {name: each.expectation.share for name, each in found.items()} == {
        "correct/first.cpp": Share.SOME,
        "model_solution/sum.cpp": Share.ALL,
        "notes/a.cpp": None,
        "partially_correct/half.cpp": Share.PART,
        "time_limit/slow.cpp": Share.NOT_ALL,
    }
    assert found["correct/first.cpp"].handed.source is not None
    assert found["correct/first.cpp"].handed.source.files == (("", b"//\n"),)


def test_a_solutions_file_declares_every_subtask(tmp_path: Path) -> None:
    """The overall verdict, except where an exception is made."""
    solutions = {
        "full.cpp": {"verdict": "model_solution"},
        "slow.cpp": {"verdict": "time_limit", "except": {"small": "correct"}},
        "gone.cpp": {"verdict": "partially_correct"},
    }
    folder = tps(
        tmp_path,
        {
            "solutions.json": json.dumps(solutions),
            "solution/full.cpp": "//\n",
            "solution/slow.cpp": "//\n",
        },
    )
    found = jury(folder)
    assert found["full.cpp"].expectation.subtasks == (
        ("samples", Share.ALL),
        ("small", Share.ALL),
        ("full", Share.ALL),
    )
    assert found["slow.cpp"].expectation.subtasks == (
        ("samples", Share.NONE),
        ("small", Share.ALL),
        ("full", Share.NONE),
    )
    assert found["slow.cpp"].expectation.declared == "time_limit (except 1)"
    assert "cannot be read" in found["gone.cpp"].handed.problem
    for broken in ({"a.cpp": {"verdict": "magic"}}, {"a.cpp": {}}):
        change(folder, {"solutions.json": json.dumps(broken)})
        with pytest.raises(TaskDataError, match=r"solutions\.json"):
            jury(folder)


def test_other_kinds_of_problems_have_no_jury_programs(tmp_path: Path) -> None:
    """Nothing is looked for where nothing can be."""
    problem = read_package(write(tmp_path / "sum", LEGACY, {"submissions/accepted/sum.py": None}))
    assert read_jury(problem) == ()
