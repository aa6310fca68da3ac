"""One small package of every kind, with programs of every verdict, for judges to agree on.

All in C++, which every judge has. Time limits are a second; nothing comes near them but loops
without end.
"""

from __future__ import annotations

from collections.abc import Mapping

IO = "#include <iostream>\n#include <string>\nusing namespace std;\n"
CHECK = IO + "#include <fstream>\n"

STATEMENT = "\\problemname{Small}\n"


def main(body: str, head: str = IO) -> str:
    """Return a program."""
    return f"{head}int main(int argc, char **argv) {{ (void)argc; (void)argv; {body} }}\n"


LOOP = main("for (volatile int i = 0;; i = i + 1) {}")
TRAP = main("__builtin_trap();")
EXIT = main('cout << "3\\n"; return 1;')
SILENT = main("")

SUM = {
    ".timelimit": "1\n",
    "problem_statement/problem.en.tex": STATEMENT,
    "problem.yaml": "name: Small\nlicense: unknown\n",
    "input_validators/any.py": "import sys\nsys.exit(42)\n",
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/1.in": "3 4\n",
    "data/secret/1.ans": "7\n",
    "data/secret/2.in": "5 6\n",
    "data/secret/2.ans": "11\n",
    "submissions/accepted/right.cpp": main('int a, b; cin >> a >> b; cout << a + b << "\\n";'),
    "submissions/accepted/spaces.cpp": main('int a, b; cin >> a >> b; cout << "\\n " << a + b;'),
    "submissions/accepted/two/main.cpp": '#include "sum.h"\n'
    + main('int a, b; cin >> a >> b; cout << sum(a, b) << "\\n";'),
    "submissions/accepted/two/sum.cc": "int sum(int a, int b) { return a + b; }\n",
    "submissions/accepted/two/sum.h": "int sum(int a, int b);\n",
    "submissions/wrong_answer/late.cpp": main(
        'int a, b; cin >> a >> b; cout << a + b + (a > 4) << "\\n";'
    ),
    "submissions/wrong_answer/more.cpp": main('int a, b; cin >> a >> b; cout << a + b << " 0\\n";'),
    "submissions/wrong_answer/silent.cpp": SILENT,
    "submissions/time_limit_exceeded/loop.cpp": LOOP,
    "submissions/time_limit_exceeded/late.cpp": main(
        'int a, b; cin >> a >> b; cout << a + b << "\\n";'
        " for (volatile int i = 0; a > 4;) i = i + 1;"
    ),
    "submissions/run_time_error/trap.cpp": TRAP,
    "submissions/run_time_error/exit.cpp": EXIT,
}
"""Pass-fail, with the default validator."""

FLOATS = {
    **{name: text for name, text in SUM.items() if not name.startswith(("data", "submissions"))},
    "problem.yaml": "name: Small\nlicense: unknown\n"
    "validator_flags: float_tolerance 1e-3 case_sensitive\n",
    "data/sample/1.in": "1\n",
    "data/sample/1.ans": "Value 0.5\n",
    "data/secret/1.in": "1000\n",
    "data/secret/1.ans": "Value 500\n",
    "submissions/accepted/near.cpp": main('double x; cin >> x; cout << "Value " << x / 2 + 5e-4;'),
    "submissions/accepted/power.cpp": main(
        'double x; cin >> x; cout << scientific << "Value " << x / 2;'
    ),
    "submissions/wrong_answer/far.cpp": main('double x; cin >> x; cout << "Value " << x / 2 + 1;'),
    "submissions/wrong_answer/case.cpp": main('double x; cin >> x; cout << "value " << x / 2;'),
    "submissions/wrong_answer/nan.cpp": main('cout << "Value nan";'),
}
"""The default validator with flags."""

CUSTOM = {
    **{name: text for name, text in SUM.items() if not name.startswith("submissions")},
    "problem.yaml": "name: Small\nlicense: unknown\nvalidation: custom\n",
    "output_validators/check/check.cpp": main(
        'ifstream in(argv[1]); ofstream say(string(argv[3]) + "/judgemessage.txt"); int a, b, x, y;'
        ' in >> a >> b; if (!(cin >> x >> y) || x + y != a + b) { say << "no\\n"; return 43; }'
        " string rest; return cin >> rest ? 43 : 42;",
        CHECK,
    ),
    "submissions/accepted/parts.cpp": main('int a, b; cin >> a >> b; cout << b << " " << a;'),
    "submissions/accepted/other.cpp": main('int a, b; cin >> a >> b; cout << a + b << " 0";'),
    "submissions/wrong_answer/one.cpp": main("int a, b; cin >> a >> b; cout << a + b;"),
    "submissions/wrong_answer/more.cpp": main(
        'int a, b; cin >> a >> b; cout << a << " " << b << " 0";'
    ),
    "submissions/run_time_error/trap.cpp": TRAP,
    "submissions/time_limit_exceeded/loop.cpp": LOOP,
}
"""A validator of the package's own."""

GUESS = {
    **{name: text for name, text in SUM.items() if not name.startswith(("data", "submissions"))},
    "problem.yaml": "name: Small\nlicense: unknown\nvalidation: custom interactive\n",
    "output_validators/talk/talk.cpp": main(
        "ifstream in(argv[1]); int secret, x; in >> secret; for (int i = 0; i < 10; i++) {"
        ' if (!(cin >> x)) return 43; if (x == secret) { cout << "correct" << endl; return 42; }'
        ' cout << (x < secret ? "higher" : "lower") << endl; } return 43;',
        CHECK,
    ),
    "data/sample/1.in": "50\n",
    "data/sample/1.ans": "",
    "data/secret/1.in": "1\n",
    "data/secret/1.ans": "",
    "data/secret/2.in": "100\n",
    "data/secret/2.ans": "",
    "submissions/accepted/halves.cpp": main(
        "int a = 1, b = 100; string s; while (a <= b) { int m = (a + b) / 2; cout << m << endl;"
        ' cin >> s; if (s == "correct") return 0; if (s == "higher") a = m + 1; else b = m - 1; }'
    ),
    "submissions/wrong_answer/linear.cpp": main(
        "string s; for (int i = 1; i <= 100; i++) { cout << i << endl; cin >> s;"
        ' if (s == "correct") return 0; }'
    ),
    "submissions/wrong_answer/silent.cpp": SILENT,
    "submissions/run_time_error/exit.cpp": main(
        "cout << 50 << endl; string s; cin >> s; return 1;"
    ),
    "submissions/time_limit_exceeded/loop.cpp": main(
        "cout << 1 << endl; for (volatile int i = 0;; i = i + 1) {}"
    ),
}
"""Interactive."""

OLYMPIAD = {
    **{name: text for name, text in SUM.items() if not name.startswith(("data", "submissions"))},
    "problem.yaml": "name: Small\nlicense: unknown\ntype: scoring\n",
    "data/testdata.yaml": "on_reject: continue\nrange: 0 100\ngrader_flags: ignore_sample\n",
    "data/sample/testdata.yaml": "on_reject: continue\nrange: 0 0\naccept_score: 0\n",
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/testdata.yaml": (
        "on_reject: continue\nrange: 0 100\ngrader_flags: first_error accept_if_any_accepted\n"
    ),
    **{
        f"data/secret/{group}/{name}": text
        for group, points, tests in (("g1", 40, ((1, 1), (2, 2))), ("g2", 60, ((10, 9), (7, 99))))
        for name, text in {
            "testdata.yaml": f"on_reject: break\naccept_score: {points}\nrange: 0 {points}\n"
            "grader_flags: min\n",
            **{f"{i}.in": f"{a} {b}\n" for i, (a, b) in enumerate(tests)},
            **{f"{i}.ans": f"{a + b}\n" for i, (a, b) in enumerate(tests)},
        }.items()
    },
    "submissions/accepted/right.cpp": SUM["submissions/accepted/right.cpp"],
    "submissions/partially_accepted/small.cpp": main(
        'int a, b; cin >> a >> b; cout << (a < 5 ? a + b : 0) << "\\n";'
    ),
    "submissions/partially_accepted/large.cpp": main(
        'int a, b; cin >> a >> b; if (a < 5) __builtin_trap(); cout << a + b << "\\n";'
    ),
    "submissions/wrong_answer/most.cpp": main(
        'int a, b; cin >> a >> b; cout << (a == 1 || a == 10 ? a + b : 0) << "\\n";'
    ),
    "submissions/run_time_error/trap.cpp": TRAP,
    "submissions/time_limit_exceeded/loop.cpp": LOOP,
}
"""Scoring, in the legacy edition's groups."""

PASSES = {
    **{name: text for name, text in SUM.items() if not name.startswith(("data", "submissions"))},
    "problem.yaml": "name: Small\nlicense: unknown\nvalidation: custom multi-pass\n",
    "output_validators/again/again.cpp": main(
        "ifstream in(argv[1]); string folder = argv[3]; char c; int x, y, pass = 0; in >> c >> x;"
        ' { ifstream old(folder + "/pass"); old >> pass; }'
        " if (!(cin >> y)) { return 43; } if (pass == 0) { if (y < 0) return 43;"
        ' ofstream(folder + "/pass") << 1 << " " << y;'
        ' ofstream(folder + "/nextpass.in") << "d " << y << "\\n"; return 42; }'
        " return x == 2 * y ? 42 : 43;",
        CHECK,
    ),
    "data/sample/1.in": "e 5\n",
    "data/sample/1.ans": "5\n",
    "data/secret/1.in": "e 77\n",
    "data/secret/1.ans": "77\n",
    "submissions/accepted/double.cpp": main(
        "char c; int x; cin >> c >> x; cout << (c == 'e' ? 2 * x : x / 2);"
    ),
    "submissions/wrong_answer/once.cpp": main("char c; int x; cin >> c >> x; cout << 2 * x;"),
    "submissions/wrong_answer/silent.cpp": SILENT,
    "submissions/run_time_error/second.cpp": main(
        "char c; int x; cin >> c >> x; if (c == 'd') __builtin_trap(); cout << 2 * x;"
    ),
    "submissions/time_limit_exceeded/second.cpp": main(
        "char c; int x; cin >> c >> x; for (volatile int i = 0; c == 'd';) i = i + 1; cout << x;"
    ),
}
"""Two passes: a program encodes and decodes."""

KINDS: Mapping[str, Mapping[str, str]] = {
    "sum": SUM,
    "floats": FLOATS,
    "custom": CUSTOM,
    "guess": GUESS,
    "passes": PASSES,
    "olympiad": OLYMPIAD,
}
"""All of them, in the legacy edition."""

SCORED = ("olympiad",)


def as_current(files: Mapping[str, str], edition: str = "2025-09") -> dict[str, str]:
    """Return a pass-fail package in the 2025-09 edition, or a draft of it."""
    found: dict[str, str] = {}
    for name, text in files.items():
        if name.startswith("output_validators/"):
            name = f"output_validator/{name.rpartition('/')[2]}"
        found[name.replace("problem_statement/", "statement/")] = text
    del found[".timelimit"]
    old = found.pop("problem.yaml")
    types = [word for word in ("interactive", "multi-pass") if word in old]
    found["problem.yaml"] = (
        f"problem_format_version: {edition}\nname: {{en: Small}}\nlicense: unknown\n"
        "uuid: 00000000-0000-4000-8000-000000000001\nlimits: {time_limit: 1.0}\n"
        + (f"type: [{', '.join(types)}]\n" if types else "")
    )
    if "validator_flags: " in old:
        flags = old.partition("validator_flags: ")[2].split()
        key = "output_validator_args" if edition == "2025-09" else "output_validator_flags"
        value = str(flags) if edition == "2025-09" else " ".join(flags)
        name = "test_group.yaml" if edition == "2025-09" else "testdata.yaml"
        for group in ("sample", "secret"):
            found[f"data/{group}/{name}"] = f"{key}: {value}\n"
    return found
