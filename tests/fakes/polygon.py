"""A small full package of Polygon: add two numbers."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.kattis import change

CHECK = """#include <stdio.h>
#include "testlib.h"
int main(int argc, char **argv) {
    long said = 0, right = 0;
    FILE *output = fopen(argv[2], "r"), *answer = fopen(argv[3], "r");
    if (argc < 4 || fscanf(answer, "%ld", &right) != 1) return FAIL;
    if (fscanf(output, "%ld", &said) != 1) return PRESENTATION;
    return said == right ? OK : WRONG;
}
"""
"""A checker with the exit codes of testlib, and its order of arguments."""

SUM = '#include <stdio.h>\nint main(void) { long a, b; scanf("%ld%ld", &a, &b); '
RIGHT = SUM + 'printf("%ld", a + b); }\n'
LATE = SUM + 'printf("%ld", a + b + (a > 4)); }\n'
SILENT = SUM + "}\n"
SLOW = SUM + 'if (a > 4) for (volatile int on = 1; on;) {} printf("%ld", a + b); }\n'
CRASH = SUM + 'if (a > 4) __builtin_trap(); printf("%ld", a + b); }\n'

PROGRAMS = (
    ("right.c", "c.gcc", "main", RIGHT),
    ("right.py", "python.3", "accepted", "print(sum(map(int, input().split())))\n"),
    ("late.c", "c.gcc", "wrong-answer", LATE),
    ("silent.c", "c.gcc", "presentation-error", SILENT),
    ("slow.c", "c.gcc", "time-limit-exceeded", SLOW),
    ("some.c", "c.gcc", "time-limit-exceeded-or-accepted", RIGHT),
    ("crash.c", "c.gcc", "rejected", CRASH),
    ("old.py", "python.2", "accepted", "print 1\n"),
    ("any.c", "c.gcc", "do-not-run", CRASH),
)

PLAIN = (
    '<test method="manual" sample="true"/><test cmd="gen 1" method="generated"/>'
    '<test cmd="gen 2" method="generated"/>'
)
"""The tests of a problem that is accepted or not."""

SCORED = (
    '<test group="0" method="manual" points="0.0" sample="true"/>'
    '<test cmd="gen 1" group="1" method="generated" points="40.0"/>'
    '<test cmd="gen 2" group="2" method="generated" points="60.0"/>'
)
GROUPS = (
    '<groups><group feedback-policy="complete" name="0" points="0.0" '
    'points-policy="complete-group"/>'
    '<group name="1" points="40.0" points-policy="complete-group">'
    '<dependencies><dependency group="0"/></dependencies></group>'
    '<group name="2" points-policy="each-test">'
    '<dependencies><dependency group="1"/></dependencies></group></groups>'
)
"""Groups that depend on one another."""


def xml(
    tests: str = PLAIN, groups: str = "", *, judging: str = "", assets: str = "", files: str = ""
) -> str:
    """Return a ``problem.xml``; ``judging`` are attributes, ``assets`` and ``files`` elements."""
    solutions = "".join(
        f'<solution tag="{tag}"><source path="solutions/{name}" type="{kind}"/></solution>'
        for name, kind, tag, _ in PROGRAMS
    )
    return f"""<?xml version="1.0" encoding="utf-8" standalone="no"?>
<problem revision="7" short-name="two-numbers" url="https://polygon.codeforces.com/p/x/two-numbers">
    <names><name language="russian" value="Сумма"/><name language="english" value="Sum"/></names>
    <statements>
        <statement charset="UTF-8" language="russian" path="statements/russian/problem.tex"
            type="application/x-tex"/>
        <statement charset="UTF-8" language="english" path="statements/english/problem.tex"
            type="application/x-tex"/>
    </statements>
    <judging cpu-name="x" cpu-speed="3600" {judging or 'input-file="" output-file=""'}>
        <testset name="pretests"><time-limit>1</time-limit></testset>
        <testset name="tests">
            <time-limit>1500</time-limit>
            <memory-limit>268435456</memory-limit>
            <test-count>3</test-count>
            <input-path-pattern>tests/%02d</input-path-pattern>
            <answer-path-pattern>tests/%02d.a</answer-path-pattern>
            <tests>{tests}</tests>{groups}
        </testset>
    </judging>
    <files><resources><file path="files/testlib.h" type="h.g++"/>{files}</resources></files>
    <assets>
        <checker name="std::ncmp.cpp" type="testlib">
            <source path="files/check.cpp" type="cpp.g++17"/><copy path="check.cpp"/>
        </checker>{assets}
        <solutions>{solutions}</solutions>
    </assets>
</problem>
"""


FILES: dict[str, str | None] = {
    "problem.xml": xml(),
    "files/check.cpp": CHECK,
    "files/testlib.h": "enum { OK = 0, WRONG = 1, PRESENTATION = 2, FAIL = 3 };\n",
    "check.cpp": CHECK,
    "statements/english/problem.tex": "Add.\n",
    "statements/russian/problem.tex": "Сложите.\n",
    **{f"tests/{name}": text for name, text in (("01", "1 2\n"), ("02", "3 4\n"), ("03", "5 6\n"))},
    **{f"tests/{name}.a": text for name, text in (("01", "3\n"), ("02", "7\n"), ("03", "11\n"))},
    **{f"solutions/{name}": text for name, _, _, text in PROGRAMS},
}


def polygon(folder: Path, files: dict[str, str | None] | None = None) -> Path:
    """Write the package ``two-numbers``, those files of it changed, and return its folder."""
    return change(folder / "two-numbers", {**FILES, **(files or {})})
