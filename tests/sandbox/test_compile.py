"""Sources become static programs, once; a failure of a source is a value."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import JudgeError, UnsupportedError
from sandbox.box import Role
from sandbox.compile import Compiled, Compiler
from sandbox.languages import language
from sandbox.program import Program

CPP = language("cpp")


def compiled(compiler: Compiler, source: str, **files: str) -> Compiled:
    """Compile a source with further files; a dot in their names is written as two underscores."""
    beside = {name.replace("__", "."): text.encode() for name, text in files.items()}
    return compiler.compile(CPP, {"a.cpp": source.encode(), **beside}, ("a.cpp",), Role.CONTESTANT)


def run(made: Program | None) -> str:
    assert made is not None
    program = made.executable
    assert program is not None
    program.chmod(0o755)
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout


def test_a_source_becomes_a_static_program(compiler: Compiler) -> None:
    """The program runs by itself and needs no library of the machine."""
    made = compiled(compiler, '#include <cstdio>\nint main() { printf("%ld", __cplusplus); }')
    assert run(made.program) == "202002"
    assert made.program is not None
    headers = subprocess.run(
        ["readelf", "--program-headers", str(made.program.executable)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "INTERP" not in headers.stdout


def test_the_precompiled_header_changes_nothing_but_time(compiler: Compiler) -> None:
    """A source that includes everything first, and one that includes it late, both compile."""
    rest = "#include <bits/stdc++.h>\nint main() { std::cout << std::gcd(12, 18); }"
    assert run(compiled(compiler, rest).program) == "6"
    assert run(compiled(compiler, "#define LATE 1\n" + rest).program) == "6"


def test_headers_beside_the_source_are_found(compiler: Compiler) -> None:
    """A file of the package can be included by name."""
    made = compiled(compiler, '#include "x.h"\nint main() { return X; }', x__h="#define X 0\n")
    assert made.program is not None


def test_a_large_array_is_no_error(compiler: Compiler) -> None:
    """One that begins with a number is in the program as a whole, but takes no room on the disk."""
    source = "char a[300 << 20] = {1};\nint main(int n, char **) { return a[n]; }\n"
    made = compiled(compiler, source).program
    assert run(made) == ""
    assert made is not None
    assert made.executable is not None
    known = made.executable.stat()
    assert known.st_size > 300 << 20
    assert known.st_blocks * 512 < 16 << 20


def test_an_equal_source_is_compiled_once(compiler: Compiler) -> None:
    """The second time the program that was kept comes back; another source has its own."""
    first = compiled(compiler, "int main() {}")
    assert first.program is not None
    assert first.program.executable is not None
    stamp = first.program.executable.stat().st_mtime_ns
    again = compiled(compiler, "int main() {}")
    assert again.program == first.program
    assert first.program.executable.stat().st_mtime_ns == stamp
    assert compiled(compiler, "int main() { }").program != first.program


def test_a_header_that_changed_is_another_program(compiler: Compiler) -> None:
    """What is kept depends on every file that goes in."""
    source = '#include "x.h"\nint main() { return X; }'
    one = compiled(compiler, source, x__h="#define X 1\n")
    two = compiled(compiler, source, x__h="#define X 2\n")
    assert one.program != two.program


def test_what_the_compiler_says_is_kept(compiler: Compiler) -> None:
    """A compile error is a message with file and line, the same each time."""
    first = compiled(compiler, "int main() { return y; }")
    assert first.program is None
    assert "a.cpp:1:21: error: 'y' was not declared" in first.message
    assert compiled(compiler, "int main() { return y; }") == first


def test_a_linker_error_names_no_accidental_file(compiler: Compiler) -> None:
    """Names the compiler drew by lot are not in the message, so equal sources have equal ones."""
    made = compiled(compiler, "int f(); int main() { return f(); }")
    assert made.program is None
    assert "undefined reference to `f()'" in made.message
    assert "/tmp/cc" not in made.message


def test_a_warning_is_no_error(compiler: Compiler) -> None:
    """A source that makes the compiler grumble is a program all the same."""
    assert compiled(compiler, "int main() { int x; return x - x; }").program is not None


@pytest.mark.long
def test_another_language_is_another_command(compiler: Compiler) -> None:
    """C sources go to the C compiler, and older C++ is older C++."""
    c = compiler.compile(
        language("c"),
        {"a.c": b"int main() { int class = 0; return class; }"},
        ("a.c",),
        Role.TRUSTED,
    )
    assert c.program is not None
    old = compiler.compile(
        language("cpp17"),
        {"a.cpp": b'#include <cstdio>\nint main() { printf("%ld", __cplusplus); }'},
        ("a.cpp",),
        Role.CONTESTANT,
    )
    assert run(old.program) == "201703"


def test_more_than_a_slot_takes_is_a_compile_error(compiler: Compiler) -> None:
    """Too many files or sources, too long a name: the contestant's doing, and the slot lives on."""
    main = {"a.cpp": b"int main() {}"}
    headers = {f"{n}.h": b"" for n in range(100)}
    sources = {f"{n}.cpp": b"" for n in range(60)}
    for files, said in (
        ({**main, **headers}, "101 files are more than the 100"),
        ({**main, **sources}, "61 sources are more than can be compiled together"),
        ({**main, "a" * 200 + ".h": b""}, "a name of more than 199 bytes: aaa"),
    ):
        units = tuple(name for name in files if name.endswith(".cpp"))
        made = compiler.compile(CPP, files, units, Role.CONTESTANT)
        assert made.program is None
        assert said in made.message
    headers.pop("0.h")
    fits = compiler.compile(CPP, {**main, **headers}, ("a.cpp",), Role.CONTESTANT)
    assert fits.program is not None


def test_a_broken_checker_is_our_failure(compiler: Compiler) -> None:
    """A checker that does not compile raises, naming it."""
    with pytest.raises(JudgeError, match="the checker of p does not compile"):
        compiler.trusted(
            CPP, {"c.cpp": b"int main() { return z; }"}, ("c.cpp",), "the checker of p"
        )


def test_a_missing_compiler_is_named(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without g++ there is an error that says how to get it."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UnsupportedError, match=r"C\+\+20 .*: g\+\+ was not found") as caught:
        compiled(compiler, "int main() { return 40; }")
    assert "apt-get install" in caught.value.hint


def test_equal_sources_at_once_make_one_program(compiler: Compiler) -> None:
    """Threads that compile the same do not get into each other's files."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: compiled(compiler, "int main() { return 7; }"), range(8)))
    assert len({each.program for each in made}) == 1
    refused = "int main() { return x; }"
    with ThreadPoolExecutor(4) as pool:
        messages = {
            each.message for each in pool.map(lambda _: compiled(compiler, refused), range(8))
        }
    assert len(messages) == 1
