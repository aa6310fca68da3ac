"""The reader of the problem package format: problem.yaml, limits, tests and programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, CodeKind, Comparison, Edition, FileRole, Problem
from tasks.packages.any import read_any_package
from tasks.packages.kattis import open_package, read_package
from tests.fakes.kattis import CURRENT, LEGACY, SCORING, write
from tests.fakes.packages import write_package

VALIDATOR = {
    "problem.yaml": "name: Sum\nvalidation: custom\n",
    "output_validators/check/check.py": "import sys\nsys.exit(42)\n",
}


def body_of(problem: Problem) -> CodeBody:
    assert isinstance(problem.body, CodeBody)
    return problem.body


def read(folder: Path, *layers: dict[str, str | None]) -> CodeBody:
    return body_of(read_package(write(folder / "sum", *layers)))


def roles(body: CodeBody) -> set[tuple[str, str]]:
    return {(item.role.value, item.file.path) for item in body.files}


def test_a_legacy_package_is_read(tmp_path: Path) -> None:
    """Name, limits, order of tests and statement are those of the package."""
    problem = read_package(write(tmp_path / "sum", LEGACY))
    body = body_of(problem)
    assert (problem.id, problem.title, problem.max_points) == ("sum", "Sum", 1.0)
    assert problem.statement.startswith("\\problemname{Sum}")
    assert (body.edition, body.kind, body.scored) == (Edition.LEGACY, CodeKind.BATCH, False)
    assert body.comparison is Comparison.DEFAULT_VALIDATOR
    assert (body.time_limit_s, body.passes) == (1.5, 1)
    assert body.memory_limit_bytes == 2048 << 20
    assert body.output_limit_bytes == 8 << 20
    assert body.source_limit_bytes == 128 << 10
    assert [test.name for test in body.tests] == ["sample/1", "secret/1", "secret/2"]
    assert body.tests[1].input.path == "data/secret/1.in"
    assert body.tests[1].answer is not None
    assert body.tests[1].answer.path == "data/secret/1.ans"
    assert roles(body) == {("reference", "submissions/accepted/sum.py")}


def test_a_current_package_is_read(tmp_path: Path) -> None:
    """The 2025-09 edition has its own rules and its time limit in problem.yaml."""
    body = read(tmp_path, CURRENT)
    assert (body.edition, body.time_limit_s) == (Edition.PPF_2025_09, 2.0)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("name: Sum", "Sum"),
        ("name: {de: Summe, en: Sum}", "Sum"),
        ("name: {de: Summe}", "Summe"),
        ("name: 17", "17"),
        ("name:", "sum"),
        ("source: x", "sum"),
    ],
)
def test_a_name_has_many_forms(tmp_path: Path, name: str, title: str) -> None:
    """A text, a map of languages with English first, or the folder's name."""
    folder = write(tmp_path / "sum", LEGACY, {"problem.yaml": name + "\n"})
    assert read_package(folder).title == title


def test_the_time_limit_has_an_order_of_sources(tmp_path: Path) -> None:
    """problem.yaml, .timelimit, domjudge-problem.ini, and before them all the caller."""
    ini = {"domjudge-problem.ini": "probid = A\ntimelimit = '4'\n"}
    stated = {"problem.yaml": "name: Sum\nlimits: {time_limit: 0.25}\n"}
    assert read(tmp_path / "a", LEGACY, ini, stated).time_limit_s == 0.25
    assert read(tmp_path / "b", LEGACY, ini).time_limit_s == 1.5
    assert read(tmp_path / "c", LEGACY, ini, {".timelimit": None}).time_limit_s == 4.0
    folder = write(tmp_path / "d", LEGACY)
    assert body_of(read_package(folder, time_limit_s=9.0)).time_limit_s == 9.0


def test_a_package_without_a_time_limit_says_how_to_give_one(tmp_path: Path) -> None:
    """Nothing is guessed: the flag that sets it is named."""
    with pytest.raises(TaskDataError, match="says no time limit") as caught:
        read(tmp_path, LEGACY, {".timelimit": None})
    assert "--time-limit" in caught.value.hint


def test_limits_are_those_of_the_package(tmp_path: Path) -> None:
    """MiB and KiB become bytes; a validator's limits go with it."""
    limits = (
        "name: Sum\nlimits: {memory: 64, output: 1, code: 4, validation_time: 7, "
        "validation_memory: 300}\n"
    )
    body = read(tmp_path, LEGACY, {"problem.yaml": limits})
    assert body.memory_limit_bytes == 64 << 20
    assert body.output_limit_bytes == 1 << 20
    assert body.source_limit_bytes == 4096
    assert (body.validator_time_s, body.validator_memory_bytes) == (7.0, 300 << 20)


def test_interactive_and_multi_pass_and_submit_answer_are_kinds(tmp_path: Path) -> None:
    """Each type of the format has its kind; several are combined in any notation."""
    legacy = {**VALIDATOR, "problem.yaml": "validation: custom interactive\n"}
    assert read(tmp_path / "a", LEGACY, legacy).kind is CodeKind.INTERACTIVE
    many = {
        **VALIDATOR,
        "output_validators/check/check.py": None,
        "output_validator/check.py": "",
        "problem.yaml": CURRENT["problem.yaml"].replace("2}", "2, validation_passes: 3}")
        + "type: [interactive, multi-pass]\n",
    }
    body = read(tmp_path / "b", CURRENT, many)
    assert (body.kind, body.passes) == (CodeKind.INTERACTIVE, 3)
    one = {**many, "problem.yaml": CURRENT["problem.yaml"] + "type: pass-fail multi-pass\n"}
    body = read(tmp_path / "c", CURRENT, one)
    assert (body.kind, body.passes) == (CodeKind.BATCH, 2)
    answers = {"problem.yaml": CURRENT["problem.yaml"] + "type: submit-answer\n"}
    assert read(tmp_path / "d", CURRENT, answers).kind is CodeKind.OUTPUT_ONLY


def test_a_validator_is_a_file_or_a_folder(tmp_path: Path) -> None:
    """Its files come with it, and none of them when the default one is asked for."""
    folder = {**VALIDATOR, "output_validators/check/lib/testlib.h": "//\n"}
    body = read(tmp_path / "a", LEGACY, folder)
    assert body.comparison is Comparison.VALIDATOR
    assert {path for role, path in roles(body) if role == "validator"} == {
        "output_validators/check/check.py",
        "output_validators/check/lib/testlib.h",
    }
    single = {**VALIDATOR, "output_validators/check/check.py": None, "validators/v.cpp": "//\n"}
    assert ("validator", "validators/v.cpp") in roles(read(tmp_path / "b", LEGACY, single))
    unused = {**VALIDATOR, "problem.yaml": "validation: default\n"}
    body = read(tmp_path / "c", LEGACY, unused)
    assert body.comparison is Comparison.DEFAULT_VALIDATOR
    assert not [role for role, _ in roles(body) if role == "validator"]


def test_a_build_script_alone_leaves_the_sources_to_the_judge(tmp_path: Path) -> None:
    """Sources are compiled by their language; a run script means something else, and is named."""
    build = {**VALIDATOR, "output_validators/check/build": "#!/bin/sh\ntouch run\n"}
    files = roles(read(tmp_path / "a", LEGACY, build))
    assert ("validator", "output_validators/check/build") not in files
    script = {**build, "output_validators/check/run": "#!/bin/sh\nexit 42\n"}
    with pytest.raises(UnsupportedError, match="check/run"):
        read(tmp_path / "b", LEGACY, script)


def test_included_files_keep_their_language(tmp_path: Path) -> None:
    """Files of include/ are known by the folder they are in."""
    body = read(tmp_path, LEGACY, {"include/cpp/grader.cpp": "//\n", "include/default/x": "1\n"})
    assert ("include", "include/cpp/grader.cpp") in roles(body)
    assert ("include", "include/default/x") in roles(body)


def test_languages_are_those_of_the_problem(tmp_path: Path) -> None:
    """Codes of the format become keys of the language table; all is all of them."""
    only = {"problem.yaml": CURRENT["problem.yaml"] + "languages: [python3, cobol]\n"}
    assert read(tmp_path / "a", CURRENT, only).languages == ("python3", "pypy3")
    assert {"cpp", "java", "python3"} <= set(read(tmp_path / "b", CURRENT).languages)
    none = {"problem.yaml": CURRENT["problem.yaml"] + "languages: [cobol]\n"}
    with pytest.raises(UnsupportedError, match="cobol"):
        read(tmp_path / "c", CURRENT, none)


def test_constants_are_handed_on(tmp_path: Path) -> None:
    """Every sequence that is replaced is there with its text."""
    more = "constants:\n  k: {value: 5000, tex: '5{,}000'}\n  name: a b\n"
    body = read(tmp_path, CURRENT, {"problem.yaml": CURRENT["problem.yaml"] + more})
    assert dict(body.constants) == {
        "k": "5000",
        "k.value": "5000",
        "k.tex": "5{,}000",
        "name": "a b",
        "name.value": "a b",
    }


def test_links_inside_the_package_are_followed(tmp_path: Path) -> None:
    """A case may be that of another group; its own name and the other's content are kept."""
    links = {"data/secret/3.in": "->1.in", "data/secret/3.ans": "->../secret/1.ans"}
    body = read(tmp_path, LEGACY, links)
    first, third = body.tests[1], body.tests[3]
    assert (third.name, third.input.sha256) == ("secret/3", first.input.sha256)


@pytest.mark.parametrize(
    "links",
    [
        {"data/secret/3.in": "->/etc/hostname", "data/secret/3.ans": "7\n"},
        {"data/secret/more": "->../../../elsewhere"},
        {"include/cpp/a.h": "->/etc/hostname"},
        {"problem_statement/problem.en.tex": "->/etc/hostname"},
        {".timelimit": "->/etc/hostname"},
    ],
)
def test_links_out_of_the_package_are_refused(tmp_path: Path, links: dict[str, str | None]) -> None:
    """Nothing outside the package is ever read as part of it."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "1.in").write_text("secret\n")
    with pytest.raises(TaskDataError, match="leaves the package"):
        read(tmp_path, LEGACY, links)


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    """A folder that holds itself is an error, not an endless walk."""
    with pytest.raises(TaskDataError, match="circle"):
        read(tmp_path, LEGACY, {"data/secret/again": "->../secret"})


def test_absent_tests_are_named_and_can_be_dropped(tmp_path: Path) -> None:
    """An input without an answer, an answer without an input, and a link to nowhere."""
    folder = write(
        tmp_path / "sum",
        LEGACY,
        {
            "data/secret/2.ans": None,
            "data/secret/3.ans": "1\n",
            "data/secret/4.in": "->gone.in",
            "data/secret/4.ans": "1\n",
        },
    )
    with pytest.raises(TaskDataError, match=r"3 test cases: secret/2, secret/3, secret/4"):
        read_package(folder)
    package = open_package(folder, allow_missing=True)
    assert package.dropped == ("secret/2", "secret/3", "secret/4")
    body = body_of(package.problem)
    assert [test.name for test in body.tests] == ["sample/1", "secret/1"]
    assert body.group is not None
    assert body.group.groups[1].tests == ("secret/1",)


def test_secret_data_must_be_there(tmp_path: Path) -> None:
    """Only on request is a package judged on its sample, and that is noted."""
    gone = {f"data/secret/{n}.{kind}": None for n in "12" for kind in ("in", "ans")}
    folder = write(tmp_path / "sum", LEGACY, gone)
    with pytest.raises(TaskDataError, match="holds no test case"):
        read_package(folder)
    assert open_package(folder, allow_missing=True).dropped == ("secret/*",)


def test_names_the_format_does_not_allow_are_not_there(tmp_path: Path) -> None:
    """Hidden files and names with blanks are as if removed."""
    more = {"data/secret/.3.in": "", "data/secret/a b.in": "", "data/secret/x.hint": ""}
    assert len(read(tmp_path, LEGACY, more).tests) == 3


def test_arguments_and_files_of_a_test_are_read(tmp_path: Path) -> None:
    """A test's own file wins over its group's, which wins over that of all secret data."""
    files = {
        "data/secret/test_group.yaml": "args: [all]\noutput_validator_args: [case_sensitive]\n",
        "data/secret/2.yaml": "args: [one, '2']\nhint: none\n",
        "data/secret/2.files/table.txt": "x\n",
    }
    body = read(tmp_path, CURRENT, files)
    sample, first, second = body.tests
    assert (sample.args, sample.validator_args) == ((), ())
    assert (first.args, first.validator_args) == (("all",), ("case_sensitive",))
    assert second.args == ("one", "2")
    assert [file.path for file in second.files] == ["data/secret/2.files/table.txt"]


def test_more_files_beside_a_test_than_a_slot_takes_are_refused(tmp_path: Path) -> None:
    """The problem is left out by name, and does not look like a fault of the sandbox."""
    many: dict[str, str | None] = {f"data/secret/1.files/{n}.txt": "" for n in range(25)}
    long: dict[str, str | None] = {f"data/secret/1.files/{'a' * 200}": ""}
    for number, layer in enumerate((many, long)):
        with pytest.raises(UnsupportedError, match="more than 24 files beside a test case"):
            read(tmp_path / str(number), CURRENT, layer)


def test_the_hash_covers_what_can_change_a_verdict(tmp_path: Path) -> None:
    """Data, limits, flags and validators change it; titles and jury programs do not."""
    hashes = {
        name: read_package(write(tmp_path / str(at) / "sum", LEGACY, VALIDATOR, layer)).hash
        for at, (name, layer) in enumerate(
            {
                "as it is": {},
                "title": {"problem.yaml": "name: Other\nvalidation: custom\n"},
                "program": {"submissions/accepted/sum.py": "print()\n"},
                "answer": {"data/secret/2.ans": "12\n"},
                "limit": {".timelimit": "2\n"},
                "flags": {"data/testdata.yaml": "output_validator_flags: x\n"},
                "validator": {"output_validators/check/check.py": "exit(43)\n"},
            }.items()
        )
    }
    assert hashes["as it is"] == hashes["title"] == hashes["program"]
    assert len(set(hashes.values())) == len(hashes) - 2


@pytest.mark.parametrize("base", [LEGACY, CURRENT])
def test_compiling_has_the_package_s_own_limits(tmp_path: Path, base: dict[str, str]) -> None:
    """What problem.yaml says, to the second and the MiB; otherwise the format's typical figures."""
    silent = read_package(write(tmp_path / "silent", base)).body
    assert isinstance(silent, CodeBody)
    assert (silent.compile_time_s, silent.compile_memory_bytes) == (60, 2048 << 20)
    said = base["problem.yaml"].replace("limits: {", "limits: {compilation_time: 90, ")
    said += "" if "limits" in said else "limits: {compilation_time: 90, compilation_memory: 100}\n"
    said = said.replace("90, time", "90, compilation_memory: 100, time")
    body = read_package(write(tmp_path / "said", base, {"problem.yaml": said})).body
    assert isinstance(body, CodeBody)
    assert (body.compile_time_s, body.compile_memory_bytes) == (90, 100 << 20)


def test_the_hash_does_not_depend_on_the_place(tmp_path: Path) -> None:
    """The same package elsewhere is the same package."""
    one = read_package(write(tmp_path / "here" / "sum", SCORING))
    other = read_package(write(tmp_path / "there" / "sum", SCORING))
    assert one.hash == other.hash != ""


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({"problem.yaml": "problem_format_version: 1999-01\n"}, UnsupportedError, "1999-01"),
        ({"problem.yaml": "type: dance\n"}, UnsupportedError, "dance"),
        ({"problem.yaml": "type: scoring\ngrading: {objective: min}\n"}, UnsupportedError, "min"),
        ({"problem.yaml": "limits: {compilation_time: 86400}\n"}, UnsupportedError, "86400"),
        ({"problem.yaml": "limits: {compilation_memory: 99999}\n"}, UnsupportedError, "99999"),
        ({"problem.yaml": "limits: {compilation_memory: 0}\n"}, TaskDataError, "compilation_mem"),
        ({"problem.yaml": "limits: {memory: 9000000}\n"}, UnsupportedError, "9000000"),
        ({"problem.yaml": "limits: {output: 5000}\n"}, UnsupportedError, "5000"),
        ({"problem.yaml": "limits: {memory: 0.5}\n"}, TaskDataError, "limits.memory"),
        ({"problem.yaml": "limits: {time_limit: -1}\n"}, TaskDataError, "time_limit"),
        ({"problem.yaml": "limits: lots\n"}, TaskDataError, "limits"),
        ({"problem.yaml": "validation: magic\n"}, TaskDataError, "validation"),
        ({"problem.yaml": "validation: custom\n"}, TaskDataError, "no output validator"),
        ({"problem.yaml": "type: interactive\n"}, TaskDataError, "no output validator"),
        ({"problem.yaml": "- a\n"}, TaskDataError, "no map"),
        (
            {"problem.yaml": f"name: Sum\nvalidator_flags: {'a ' * 49}\n"},
            UnsupportedError,
            "49 arguments",
        ),
        (
            {"problem.yaml": f"name: Sum\nvalidator_flags: {'a' * 65537}\n"},
            UnsupportedError,
            "1 arguments of 65537 bytes",
        ),
        (
            {"problem.yaml": 'name: Sum\nvalidator_flags: "a\\0b"\n'},
            TaskDataError,
            "NUL",
        ),
        ({".timelimit": "soon\n"}, TaskDataError, "soon"),
        ({".timelimit": "nan\n"}, TaskDataError, "nan"),
        (
            {**VALIDATOR, "output_validators/other.cpp": ""},
            UnsupportedError,
            "several programs",
        ),
        (
            {**VALIDATOR, "output_validators/other/o.cpp": ""},
            UnsupportedError,
            "several programs",
        ),
        ({**VALIDATOR, "validators/v.cpp": ""}, TaskDataError, "has validators in"),
        (
            {
                **VALIDATOR,
                "output_validators/check/check.py": None,
                "output_validators/check/R": "",
            },
            TaskDataError,
            "no source",
        ),
    ],
)
def test_what_cannot_be_honoured_is_named(
    tmp_path: Path, files: dict[str, str | None], error: type[TaskDataError], words: str
) -> None:
    """The file, the key and the value stand in the message."""
    with pytest.raises(error, match=words) as caught:
        read(tmp_path, LEGACY, files)
    assert type(caught.value) is error
    assert str(tmp_path) in caught.value.message


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"problem.yaml": CURRENT["problem.yaml"] + "colour: red\n"}, "unknown key colour"),
        (
            {"problem.yaml": CURRENT["problem.yaml"].replace("2}", "2, fuel: 1}")},
            "unknown key limits.fuel",
        ),
        ({"problem.yaml": CURRENT["problem.yaml"].replace("2}", "2.5}")}, "time_resolution"),
        ({"problem.yaml": CURRENT["problem.yaml"] + "constants: {9: 1}\n"}, "constants.9"),
        ({"problem.yaml": CURRENT["problem.yaml"] + "constants: {k: {}}\n"}, "constants.k"),
        ({"problem.yaml": CURRENT["problem.yaml"] + "type: [scoring, pass-fail]\n"}, "exclude"),
        ({"data/secret/1.yaml": "arg: [x]\n"}, "unknown key arg"),
        ({"data/secret/1.yaml": "args: x\n"}, "args"),
        ({"data/secret/testdata.yaml": "on_reject: break\n"}, "another edition"),
    ],
)
def test_the_current_edition_is_held_to_its_letter(
    tmp_path: Path, files: dict[str, str | None], words: str
) -> None:
    """What 2025-09 does not define is an error there, and named."""
    with pytest.raises(TaskDataError, match=words):
        read(tmp_path, CURRENT, files)


def test_legacy_packages_may_say_more(tmp_path: Path) -> None:
    """Keys that nobody knows do not keep a legacy package from being judged."""
    more = {"problem.yaml": "name: Sum\ncolour: red\nlimits: {fuel: 1}\nlibraries: x\n"}
    assert len(read(tmp_path, LEGACY, more).tests) == 3


def test_the_door_knows_the_formats_apart(tmp_path: Path) -> None:
    """problem.json is CMS's, problem.yaml this one's, and neither is an error."""
    kattis = read_any_package(write(tmp_path / "k", LEGACY)).problem
    cms = read_any_package(write_package(tmp_path / "c"), time_limit_s=3.0).problem
    assert body_of(kattis).edition is Edition.LEGACY
    assert (body_of(cms).edition, body_of(cms).time_limit_s) == (Edition.CMS, 3.0)
    assert cms.hash != read_any_package(tmp_path / "c").problem.hash
    (tmp_path / "empty").mkdir()
    with pytest.raises(TaskDataError, match="not a problem package"):
        read_any_package(tmp_path / "empty")


def test_references_are_the_accepted_programs(tmp_path: Path) -> None:
    """One-file programs that must be accepted; folders are not one source."""
    more = {"submissions/accepted/two/a.py": "", "submissions/wrong_answer/w.py": ""}
    body = read(tmp_path, LEGACY, more)
    found = [item.file.path for item in body.files if item.role is FileRole.REFERENCE]
    assert found == ["submissions/accepted/sum.py"]
