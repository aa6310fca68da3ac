"""Every language: proved before it is offered, judged by one set of verdicts."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import Execution, Grade, Source, Verdict
from sandbox.box import MEBIBYTE, Box, Job, Limits, Output, Role, Step
from sandbox.classify import classify
from sandbox.compile import Compiled
from sandbox.entry import file_entry, java_entry, kotlin_entry
from sandbox.image import PACKAGES
from sandbox.judge import CodeJudge
from sandbox.languages import language, languages, suffixes
from sandbox.program import Program, process_of
from sandbox.toolchain import HostTools, ImageTools
from tasks.packages.cms import read_package
from tests.fakes.packages import write_package

MUST = {
    "embedded": ("cpp", "cpp17", "cpp23", "c", "python3", "pypy3", "java"),
    "docker": ("cpp", "cpp17", "cpp23", "c", "python3"),
}
"""Languages that no test may skip where CI is set: the image has few unless asked for more."""

LIMITS = Limits(cpu_s=2, wall_s=30, memory_bytes=128 * MEBIBYTE, output_bytes=16 * MEBIBYTE)


def need(judge: CodeJudge, key: str) -> None:
    """Skip a test where a language's tools are missing, but not in CI."""
    missing = [tool for tool in language(key).tools if judge.compiler.tools.find(tool) is None]
    if missing and not (os.environ.get("CI") and key in MUST[dict(judge.facts)["tier"]]):
        pytest.skip(f"{language(key).title} needs {' and '.join(missing)}")


def compiled(judge: CodeJudge, key: str, *units: str, **files: str) -> Compiled:
    """Compile files; a dot in their names is written as two underscores."""
    need(judge, key)
    named = {name.replace("__", "."): text.encode() for name, text in files.items()}
    return judge.compiler.compile(language(key), named, units or tuple(named), Role.CONTESTANT)


def program(judge: CodeJudge, key: str, *units: str, **files: str) -> Program:
    made = compiled(judge, key, *units, **files)
    assert made.program is not None, made.message
    return made.program


def run(judge: CodeJudge, made: Program, given: bytes = b"20 22\n", *args: str) -> Execution:
    with judge.slot(made) as box:
        process = process_of(
            made, box, role=Role.CONTESTANT, limits=LIMITS, stdin=box.put(given), args=args
        )
        ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
    return result.executions[0]


def verdict(made: Program, execution: Execution) -> Verdict | None:
    found = classify(execution, LIMITS.cpu_s, made.memory_limit(LIMITS.memory_bytes))
    return found.verdict if found else None


@pytest.mark.long
@pytest.mark.parametrize("key", languages())
def test_a_language_proves_itself(judge: CodeJudge, key: str) -> None:
    """Its test program compiles, runs and adds; what is no program is a compile error."""
    need(judge, key)
    judge.offer.check(language(key))


SPINS = {
    "c": "int main(void) { for (volatile int i = 0;; i = i + 1) {} }",
    "cpp": "int main() { for (volatile int i = 0;; i = i + 1) {} }",
    "rust": "fn main() { let mut i = 0u64;"
    " loop { i = i.wrapping_add(unsafe { std::ptr::read_volatile(&1) }); } }",
    "go": "package main\nvar I int\nfunc main() { for { I++ } }",
    "python3": "i = 0\nwhile True: i += 1",
    "pypy3": "i = 0\nwhile True: i += 1",
    "java": "class A { static int i; public static void main(String[] a) { for (;;) i++; } }",
    "kotlin": "var i = 0\nfun main() { while (true) i++ }",
}

TAKES = {
    "c": "#include <stdlib.h>\n#include <string.h>\n"
    "int main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }",
    "cpp": "#include <vector>\nint main() { std::vector<int> v; for (;;) v.push_back(1); }",
    "rust": "fn main() { let mut v = Vec::new(); loop { v.push(1u64); } }",
    "go": "package main\nvar V [][]byte\nfunc main() { for { b := make([]byte, 1<<20)\n"
    "for i := range b { b[i] = 1 }\nV = append(V, b) } }",
    "python3": "v = []\nwhile True: v.append(bytearray(1 << 16))",
    "pypy3": "v = []\nwhile True: v.append(bytearray(b'x' * (1 << 16)))",
    "java": "import java.util.*; class A { public static void main(String[] a) {"
    " List<int[]> v = new ArrayList<>(); for (;;) v.add(new int[1 << 16]); } }",
    "kotlin": "fun main() { val v = ArrayList<IntArray>(); while (true) v.add(IntArray(99999)) }",
}

FAILS = {
    "c": "int main(void) { return 3; }",
    "cpp": '#include <stdexcept>\nint main() { throw std::runtime_error(""); }',
    "rust": "fn main() { panic!(); }",
    "go": "package main\nfunc main() { panic(1) }",
    "python3": "raise ValueError",
    "pypy3": "raise ValueError",
    "java": "class A { public static void main(String[] a) { throw new RuntimeException(); } }",
    "kotlin": "fun main() { throw RuntimeException() }",
}


@pytest.mark.long
@pytest.mark.parametrize("key", SPINS)
def test_time_is_limited_in_every_language(judge: CodeJudge, key: str) -> None:
    """A loop without end is ended at the CPU limit."""
    made = program(judge, key, **{f"a__{language(key).suffix[1:]}": SPINS[key]})
    execution = run(judge, made)
    assert verdict(made, execution) is Verdict.TLE
    assert execution.cpu_s < LIMITS.cpu_s + 0.5


@pytest.mark.parametrize("key", TAKES)
def test_memory_is_limited_in_every_language(judge: CodeJudge, key: str) -> None:
    """Who takes more than the limit is ended; a JVM's own limit ends it with an error."""
    made = program(judge, key, **{f"a__{language(key).suffix[1:]}": TAKES[key]})
    execution = run(judge, made)
    jvm = key in ("java", "kotlin")
    assert verdict(made, execution) is (Verdict.RTE if jvm else Verdict.MLE)
    assert not jvm or b"OutOfMemoryError" in execution.stderr_head
    assert execution.peak_memory_bytes < made.memory_limit(LIMITS.memory_bytes) + 64 * MEBIBYTE


@pytest.mark.parametrize("key", FAILS)
def test_a_failure_is_a_runtime_error_in_every_language(judge: CodeJudge, key: str) -> None:
    """An error that nobody catches is the contestant's, with what was said of it."""
    made = program(judge, key, **{f"a__{language(key).suffix[1:]}": FAILS[key]})
    assert verdict(made, run(judge, made)) is Verdict.RTE


@pytest.mark.parametrize("key", ["python3", "pypy3"])
def test_python_has_its_modules_files_and_recursion(judge: CodeJudge, key: str) -> None:
    """Modules beside the first file are found; arguments arrive; deep recursion works."""
    main = (
        "import sys, helper, threading, collections, tempfile\n"
        "sys.setrecursionlimit(1 << 20)\n"
        "threading.stack_size(64 << 20)\n"
        "def deep(n): return 0 if n == 0 else 1 + deep(n - 1)\n"
        "t = threading.Thread(target=lambda: print(deep(20000), helper.two(), sys.argv[1:]))\n"
        "t.start(); t.join()\n"
        "tempfile.TemporaryFile().write(b'x')\n"
    )
    made = program(judge, key, "main.py", main__py=main, helper__py="def two(): return 2\n")
    execution = run(judge, made, b"", "x", "y z")
    assert execution.stdout_head == b"20000 2 ['x', 'y z']\n", execution.stderr_head


def test_a_mistake_in_python_is_a_compile_error(judge: CodeJudge) -> None:
    """What is no Python is found before it runs, with file and line, wherever it is."""
    made = compiled(judge, "python3", "a.py", "b.py", a__py="import b\n", b__py="x = 1\nif x\n")
    assert made.program is None
    assert "b.py" in made.message
    assert "line 2" in made.message


def test_numpy_works_where_it_is(judge: CodeJudge) -> None:
    """A library that maps much and starts threads is no memory limit exceeded."""
    need(judge, "python3")
    if not Path("/usr/lib/python3/dist-packages/numpy").is_dir():
        pytest.skip(
            "numpy is not installed for the system's Python (apt-get install python3-numpy)"
        )
    made = program(judge, "python3", a__py="import numpy\nprint(int(numpy.arange(9).sum()))\n")
    assert run(judge, made).stdout_head == b"36\n"


JAVA = """
package a.b; // class Wrong { void main() }
import java.util.*;
import java.util.stream.*;
class Helper { static String text = "class Text { static void main(String[] a) {} }"; }
public class Solution {
    interface Inner { int apply(int x); }
    public static void main(String... words) throws Exception {
        Inner more = x -> x + 1;
        Thread[] threads = new Thread[4];
        int[] sums = new int[4];
        for (int i = 0; i < 4; i++) {
            int k = i;
            (threads[i] = new Thread(() -> sums[k] = k)).start();
        }
        for (Thread thread : threads) thread.join();
        java.nio.file.Files.writeString(java.nio.file.Path.of("note"), "x");
        System.out.println(more.apply(IntStream.of(sums).sum()) + " " + Helper.text.length());
    }
}
"""


def test_java_runs_its_main_class_wherever_it_is(judge: CodeJudge) -> None:
    """A public class in a package, with threads, streams and files, from a file of another name."""
    made = program(judge, "java", Main__java=JAVA)
    execution = run(judge, made)
    assert execution.stdout_head == b"7 46\n", execution.stderr_head


def test_java_may_use_all_the_memory_of_the_problem(judge: CodeJudge) -> None:
    """A heap nearly as large as the limit fits, because the JVM's own memory comes on top."""
    source = (
        "class A { public static void main(String[] a) { byte[] b = new byte[80 << 20];"
        " for (int i = 0; i < b.length; i += 4096) b[i] = 1; System.out.println(b[4096]); } }"
    )
    made = program(judge, "java", A__java=source)
    execution = run(judge, made)
    assert (verdict(made, execution), execution.stdout_head) == (None, b"1\n")
    assert execution.peak_memory_bytes > 80 * MEBIBYTE


def test_a_java_source_without_main_is_a_compile_error(judge: CodeJudge) -> None:
    """There is nothing to run, and the message says so."""
    made = compiled(judge, "java", A__java="class A { int main; }")
    assert made.program is None
    assert "no class has a method" in made.message


def test_a_class_that_can_name_no_file_is_a_compile_error(judge: CodeJudge) -> None:
    """A source names its own file, and must not make a slot fail by it."""
    name = "A" * 195
    source = f"public class {name} {{ public static void main(String[] a) {{}} }}"
    made = compiled(judge, "java", A__java=source)
    assert made.program is None
    assert f"a name of more than 199 bytes: {name[:80]}..." in made.message


ENTRIES = [
    ({"A.java": b"class A { static void main(String[] a) {} }"}, ("A.java",), "A"),
    ({"x.java": b"public class B { public static void main(String[] a) {} }"}, ("B.java",), "B"),
    ({"x.java": b"package p.q; public final class C { void main() {} }"}, ("C.java",), "p.q.C"),
    ({"x.java": b"class D { class E { void main() {} } }"}, ("x.java",), ""),
    ({"x.java": b"record F(int x) { static void main(String[] a) {} }"}, ("x.java",), "F"),
    ({"x.java": b"class G { String s = \"{\"; char c = '{'; void main() {} }"}, ("x.java",), "G"),
    ({"x.java": b"class H { /* { */ void main() {} } // }"}, ("x.java",), "H"),
    (
        {"a.java": b"class I { void main() {} }", "b.java": b"class Main { void main() {} }"},
        ("a.java", "b.java"),
        "Main",
    ),
    ({"x.java": b"\xff\xfe \xc3("}, ("x.java",), ""),
]


@pytest.mark.parametrize(("files", "units", "main"), ENTRIES)
def test_the_main_class_is_found(
    files: dict[str, bytes], units: tuple[str, ...], main: str
) -> None:
    """Comments, texts and inner classes do not count; a file is named as its public class."""
    renamed, names, found = java_entry(files, tuple(files))
    assert (names, found) == (units, main)
    assert sorted(renamed.values()) == sorted(files.values())


def test_the_first_file_is_found() -> None:
    """A file called main comes before the one that is named first."""
    assert file_entry(("a.py", "b.py")) == "a.py"
    assert file_entry(("a.py", "main.py")) == "main.py"
    assert file_entry(("main.py", "__main__.py")) == "__main__.py"
    assert file_entry(("a.py", "Main.py")) == "Main.py"
    assert file_entry(("main.py", "z.py"), "z.py") == "z.py"
    assert file_entry(("main.py", "z.py"), "Main") == "main.py"


TWO = {
    "a.java": b"package p; public class A { static void main(String[] a) {} }",
    "b.java": b"class Main { void main() {} }",
}


@pytest.mark.parametrize(
    ("entry", "main"),
    [("", "Main"), ("A", "p.A"), ("p.A", "p.A"), ("a.java", "p.A"), ("No", "No")],
)
def test_a_java_entry_point_is_a_class_or_a_file(entry: str, main: str) -> None:
    """What is named comes before Main, also where it names nothing."""
    assert java_entry(TWO, tuple(TWO), entry)[2] == main


KOTLIN = [
    ({"sum.kt": b"fun main() {}"}, "", "SumKt"),
    ({"2-a.kt": b"package x.y\n// fun main() {\nsuspend fun main() {}"}, "", "x.y._2_aKt"),
    ({"a.kt": b'@file:JvmName("Run")\nfun main(args: Array<String>) {}'}, "", "Run"),
    ({"a.kt": b"object O { @JvmStatic fun main(a: Array<String>) {} }"}, "", "O"),
    ({"a.kt": b"class C { fun main() {} }", "b.kt": b"fun main() {}"}, "", "BKt"),
    ({"a.kt": b"fun main() {}", "main.kt": b"fun main() {}"}, "", "MainKt"),
    ({"a.kt": b"fun main() {}", "main.kt": b"fun main() {}"}, "a.kt", "AKt"),
    ({"a.kt": b"fun main() {}", "main.kt": b"fun main() {}"}, "AKt", "AKt"),
    ({"a.kt": b"fun f() {}"}, "", "AKt"),
]


@pytest.mark.parametrize(("files", "entry", "main"), KOTLIN)
def test_the_class_of_a_kotlin_file_is_found(
    files: dict[str, bytes], entry: str, main: str
) -> None:
    """A file's functions are in a class of the compiler's, named after the file."""
    assert kotlin_entry(files, tuple(files), entry) == main


def test_kotlin_begins_where_the_entry_point_says(judge: CodeJudge) -> None:
    """Two files with a main function in packages: the named one is run."""
    need(judge, "kotlin")
    files = {
        "a.kt": b"package a\nfun main() { println(1) }",
        "2-b.kt": b"package b\nfun main() { println(2) }",
    }
    made = judge.compiler.compile(
        language("kotlin"), files, tuple(files), Role.CONTESTANT, entry="2-b.kt"
    )
    assert made.program is not None, made.message
    assert run(judge, made.program).stdout_head == b"2\n"


@pytest.mark.long
@pytest.mark.parametrize("suffix", [".cpp", ".cc", ".cxx", ".c++", ".C"])
@pytest.mark.parametrize("key", ["cpp", "cpp17"])
def test_cpp_has_the_suffixes_of_the_format(
    judge: CodeJudge, tmp_path: Path, suffix: str, key: str
) -> None:
    """Each is C++ to us and to the compiler, whichever version is asked for."""
    assert suffixes()[suffix] == "cpp"
    package = without_graders(write_package(tmp_path / "sum"))
    source = Source(
        files=(
            (
                "head" + suffix,
                b"#include <iostream>\nvoid f(int); int main() { int a, b;"
                b" std::cin >> a >> b; f(a + b); }",
            ),
            ("tail" + suffix, b"#include <iostream>\nvoid f(int x) { std::cout << x; }"),
        )
    )
    grade = judge.judge(read_package(package), source, key, submission="", attempt="")
    assert grade.verdict is Verdict.AC, grade.message


# --- with static programs -------------------------------------------------------------------


def test_a_static_program_runs_where_runtimes_are(judge: CodeJudge) -> None:
    """A checker in C++ beside a contestant in Python: both in one slot, each with its own file."""
    python = program(judge, "python3", a__py="print(sum(map(int, input().split())))\n")
    cpp = program(
        judge,
        "cpp",
        a__cpp='#include <cstdio>\nint main(int n, char **v) { int x; FILE *f = fopen(v[1], "r");'
        ' return fscanf(f, "%d", &x) == 1 && x == 42 ? 42 : 43; }',
    )
    with judge.slot(python, cpp) as box:
        first = process_of(
            python, box, role=Role.CONTESTANT, limits=LIMITS, stdin=box.put(b"20 22\n")
        )
        second = process_of(
            cpp,
            box,
            role=Role.TRUSTED,
            limits=LIMITS,
            args=("output",),
            files=(("output", Output(step=0)),),
        )
        steps = (Step(processes=(first,)), Step(processes=(second,), only_if_clean=True))
        ((_, checked),) = box.run([Job(steps=steps)])
    assert checked.executions[0].exit_code == 42


def without_graders(package: Path) -> Path:
    shutil.rmtree(package / "graders")
    return package


def judged(judge: CodeJudge, package: Path, source: str, key: str) -> Grade:
    return judge.judge(read_package(package), Source.of(source), key, submission="s", attempt="a")


def test_a_submission_in_python_is_judged(judge: CodeJudge, tmp_path: Path) -> None:
    """Points, verdicts and the compiler's words are as in any language."""
    need(judge, "python3")
    package = without_graders(write_package(tmp_path / "sum"))
    right = judged(judge, package, "print(sum(map(int, input().split())))", "python3")
    assert (right.verdict, right.points) == (Verdict.AC, 100.0)
    half = judged(judge, package, "a, b = map(int, input().split())\nprint(3)", "python3")
    assert (half.verdict, half.points) == (Verdict.PAC, 40.0)
    broken = judged(judge, package, "print(", "python3")
    assert broken.verdict is Verdict.CE


def test_tests_in_reach_of_an_interpreter_are_refused(
    judge: CodeJudge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package in a folder that interpreted programs see is not judged at all."""
    need(judge, "python3")
    monkeypatch.setattr("sandbox.embedded.RUNTIMES", (str(tmp_path)[1:],))
    package = without_graders(write_package(tmp_path / "sum"))
    with pytest.raises(TaskDataError, match="can read"):
        judged(judge, package, "print(3)", "python3")


# --- what is not there ----------------------------------------------------------------------


@pytest.fixture
def poor(cache: Path, tmp_path: Path) -> Iterator[Callable[..., CodeJudge]]:
    """Return a function that makes a judge which remembers nothing."""
    made: list[CodeJudge] = []

    def make() -> CodeJudge:
        (tmp_path / "cache").mkdir()
        for name in ("runner", "headers"):
            (cache / name).mkdir(exist_ok=True)  # this test may be the first
            (tmp_path / "cache" / name).symlink_to(cache / name)
        made.append(CodeJudge(cache=tmp_path / "cache", sandbox="embedded"))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_language_without_its_compiler_is_not_offered(
    poor: Callable[..., CodeJudge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the language, the tool and the package to install; C++ goes on working."""
    monkeypatch.setattr("sandbox.toolchain.find_tool", lambda name: None)
    package = without_graders(write_package(tmp_path / "sum"))
    with pytest.raises(UnsupportedError, match=r"Java .* javac was not found") as caught:
        judged(poor(), package, "", "java")
    assert "apt-get install default-jdk-headless" in caught.value.hint


def test_a_language_that_fails_its_test_is_not_offered(
    poor: Callable[..., CodeJudge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiler that makes wrong programs takes no submission, and that is no zero."""
    wrong = msgspec.structs.replace(language("c"), test="int main(void) { return 0; }")
    monkeypatch.setattr("sandbox.judge.language", lambda key: wrong)
    package = without_graders(write_package(tmp_path / "sum"))
    judge = poor()
    for _ in range(2):
        with pytest.raises(UnsupportedError, match=r"C11 .* its test program failed"):
            judged(judge, package, "int main(void) {}", "c")


def test_a_tool_that_slots_cannot_show_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiler in a home folder, as rustup installs it, is not simply missing."""
    (tmp_path / "rustc").write_text("#!/bin/sh\n")
    (tmp_path / "rustc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    tools = HostTools()
    assert tools.find("rustc") is None
    assert tools.lacking("rustc").startswith(f"rustc was found only at {tmp_path}/rustc")
    assert tools.lacking("kotlinc") == "kotlinc was not found"


@pytest.mark.parametrize(("key", "names"), [("c", ["gcc"]), ("java", ["javac", "java", "jar"])])
def test_a_grade_says_what_compiled_and_ran_it(
    judge: CodeJudge, tmp_path: Path, key: str, names: list[str]
) -> None:
    """Also where nothing compiled: the language, its compiler and its runtime, with versions."""
    need(judge, key)
    grade = judged(judge, without_graders(write_package(tmp_path / "sum")), "(", key)
    assert grade.verdict is Verdict.CE
    assert grade.language == language(key).title
    assert [name for name, _ in grade.tools] == names
    assert all(re.search(r"\d+\.\d+", version) for _, version in grade.tools)


def test_a_language_that_the_problem_does_not_allow_is_an_error(
    judge: CodeJudge, tmp_path: Path
) -> None:
    """It names the problem, the language and those that are allowed; nothing is scored."""
    package = write_package(tmp_path / "sum")
    with pytest.raises(UnsupportedError, match="may not be solved in 'python3'") as caught:
        judged(judge, package, "print(1)", "python3")
    assert "cpp, cpp17, cpp23" in caught.value.hint


def test_a_suffix_names_a_language() -> None:
    """Files are taken to be in one language each, and every language is reached by its own key."""
    assert suffixes()[".py"] == "python3"
    assert suffixes()[".java"] == "java"
    assert all(language(key).title for key in suffixes().values())


@pytest.mark.parametrize("key", ["rust", "go", "python3", "pypy3", "java"])
def test_a_language_that_the_image_lacks_is_told_with_its_own_flag(
    tmp_path: Path, key: str
) -> None:
    """The next step can be typed as it is; where no image can have a language, it is another."""

    def unopened(_: bool) -> Box:
        raise AssertionError

    tools = ImageTools("sha256:0", tmp_path, unopened)
    step = tools.how_to_install(language(key).install)
    assert step.endswith(f"`harness sandbox build --languages {key}`")
    assert key in PACKAGES
    assert "--sandbox embedded" in tools.how_to_install(language("kotlin").install)
