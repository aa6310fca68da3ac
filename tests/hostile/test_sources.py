"""Sources that attack while they are compiled get a compile error, and learn nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from sandbox.box import Box, Limits, Role
from sandbox.compile import MESSAGE_BYTES, Compiled, Compiler, compiling_limits
from sandbox.languages import language
from sandbox.pool import Pool
from sandbox.tiers import choose
from tests.fakes.slots import docker_image

pytestmark = pytest.mark.long

Factory = pytest.TempPathFactory
Made = Iterator[Compiler]
MAIN = "int main() {}\n"

LOOKERS = {
    "include passwd": '#include "/etc/passwd"\n',
    "include the environment": '#include "/proc/self/environ"\n',
    "include the test": '#include "../../tests/1-01.out"\n',
    "include the secret": '#include "SECRET"\n',
    "embed the secret": 'asm(".incbin \\"SECRET\\"");\n' + MAIN,
    "embed passwd": 'asm(".incbin \\"/etc/passwd\\"");\n' + MAIN,
    "include standard input": "#include </dev/stdin>\n#error nothing there\n",
    "link the secret": '#pragma comment(lib, "SECRET")\n#error ' + MAIN,
    "a folder": '#include "/"\n',
}
"""What looks for something it must not see."""

BOMBS = {
    "endless header": '#include "/dev/zero"\n',
    "includes itself": '#include "a.cpp"\n' * 3,
    "templates": (
        "template <int N, int M> struct T { using L = T<N - 1, M>; using R = T<N - 1, M + N>;\n"
        "  static constexpr int v = L::v + R::v; };\n"
        "template <int M> struct T<0, M> { static constexpr int v = M; };\n"
        "int main() { return T<28, 0>::v; }\n"
    ),
    "an endless constant": (
        "constexpr int f() { int i = 0; while (i >= 0) i = (i + 1) % 1000; return i; }\n"
        "constexpr int x = f();\n" + MAIN
    ),
    "a huge array": "int a[300 << 20] = {1};\nint main() { return a[5]; }\n",
    "a flood of errors": "\n".join(f"int x{i} = y{i};" for i in range(3_000)) + MAIN,
    "a macro that doubles": (
        "#define A0 1,\n"
        + "".join(f"#define A{i} A{i - 1} A{i - 1}\n" for i in range(1, 31))
        + "int a[] = {A30};\n"
        + MAIN
    ),
}
"""What would not end, or not fit."""


OTHERS = {
    "c: embed the secret": 'asm(".incbin \\"SECRET\\"");\nint main(void) { return 0; }\n',
    "c: include the secret": '#include "SECRET"\nint main(void) { return 0; }\n',
    "rust: include the secret": 'fn main() { print!("{}", include_str!("SECRET")); }\n',
    "rust: an endless constant": 'const X: u64 = { loop {} };\nfn main() { print!("{}", X); }\n',
    "go: embed the secret": (
        'package main\nimport _ "embed"\n//go:embed SECRET\n'
        "var S string\nfunc main() { print(S) }\n"
    ),
    "go: commands for cgo": (
        'package main\n// #cgo LDFLAGS: -Wl,@SECRET\nimport "C"\nfunc main() {}\n'
    ),
    "java: too deep": "class A { static int x = " + "(" * 20_000 + "1" + ")" * 20_000 + "; "
    "public static void main(String[] a) {} }\n",
    "python3: an encoding of its own": "# -*- coding: secret -*-\nprint(1)\n",
    "python3: too deep": "x = " + "(" * 100_000 + "\n",
    "python3: a flood": "\n".join(f"x{i} = (" for i in range(50_000)),
}
"""The same in other languages: ``language: what it does``."""


@pytest.fixture(scope="module", params=["embedded", "landlock", "docker"])
def compiler(request: pytest.FixtureRequest, cache: Path, tmp_path_factory: Factory) -> Made:
    """Return a compiler that remembers nothing of the other tiers."""
    if request.param == "docker":
        docker_image()
    kept = tmp_path_factory.mktemp(request.param)
    (cache / "headers").mkdir(exist_ok=True)
    (kept / "headers").symlink_to(cache / "headers")
    tier = choose(request.param, cache)
    pools: list[Pool[Box]] = [Pool(partial(tier.compiling, proc=proc), 1) for proc in (False, True)]
    yield Compiler(pools[0], kept, tools=tier.tools, with_proc=pools[1], headers=tier.headers)
    for pool in pools:
        pool.close()
    tier.close()


def compiled(
    compiler: Compiler, source: str, key: str = "cpp", limits: Limits | None = None
) -> Compiled:
    if any(compiler.tools.find(tool) is None for tool in language(key).tools):
        pytest.skip(f"{language(key).title} needs {language(key).install}")
    name = f"a{language(key).suffix}"
    files = {name: source.encode()}
    return compiler.compile(language(key), files, (name,), Role.CONTESTANT, limits)


def honest_still_compiles(compiler: Compiler, tag: str) -> None:
    assert compiled(compiler, f"// after {tag}\n{MAIN}").program is not None


@pytest.mark.parametrize("what", LOOKERS)
def test_a_source_that_looks_around_sees_nothing(
    what: str, compiler: Compiler, cache: Path, tmp_path: Path
) -> None:
    """It does not compile, and the message holds nothing of the host but its own name for it."""
    secret = tmp_path / "secret"
    secret.write_text("canary")
    made = compiled(compiler, LOOKERS[what].replace("SECRET", str(secret)))
    assert made.program is None
    assert "canary" not in made.message
    assert "root:" not in made.message
    assert str(cache) not in made.message
    honest_still_compiles(compiler, what)


@pytest.mark.parametrize("what", OTHERS)
def test_a_source_of_another_language_learns_no_more(
    what: str, compiler: Compiler, cache: Path, tmp_path: Path
) -> None:
    """It is a compile error, soon, with a message that is no flood and tells nothing."""
    secret = tmp_path / "secret"
    secret.write_text("canary")
    made = compiled(compiler, OTHERS[what].replace("SECRET", str(secret)), what.split(":")[0])
    assert made.program is None
    assert "canary" not in made.message
    assert str(cache) not in made.message
    assert len(made.message) <= MESSAGE_BYTES + 100
    honest_still_compiles(compiler, what)


@pytest.mark.parametrize("what", BOMBS)
def test_a_source_that_will_not_end_is_ended(what: str, compiler: Compiler) -> None:
    """Limits end it as a compile error with a message that is no flood; the next one compiles."""
    made = compiled(compiler, BOMBS[what], limits=compiling_limits(time_s=5))
    assert made.program is None
    assert made.message
    assert len(made.message) <= MESSAGE_BYTES + 100
    honest_still_compiles(compiler, what)


def test_an_own_name_is_all_a_source_knows(compiler: Compiler) -> None:
    """``__FILE__`` tells a program nothing of where it was compiled."""
    made = compiled(compiler, "#include <cstdio>\nint main() { puts(__FILE__); }\n")
    assert made.program is not None
    assert made.program.executable is not None
    data = made.program.executable.read_bytes()
    assert b"a.cpp\0" in data
    assert b"/box/a.cpp" not in data
