"""Imports go down only, nothing is called utils, and files stay small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FLOORS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("harness", "harness.types", "harness.errors")),
    (
        1,
        (
            "harness.account",
            "harness.aggregate",
            "harness.backend",
            "harness.ballots",
            "harness.board",
            "harness.broken_json",
            "harness.calibration",
            "harness.changes",
            "harness.clock",
            "harness.codec",
            "harness.comparison",
            "harness.config",
            "harness.data",
            "harness.ends",
            "harness.export",
            "harness.fenced",
            "harness.fields",
            "harness.files",
            "harness.findings",
            "harness.gate",
            "harness.history",
            "harness.hub",
            "harness.inventory",
            "harness.fence",
            "harness.identity",
            "harness.juries",
            "harness.marked",
            "harness.layer_writer",
            "harness.layers",
            "harness.marking",
            "harness.measured",
            "harness.merging",
            "harness.medals",
            "harness.sheets",
            "harness.meter",
            "harness.metrics",
            "harness.outlook",
            "harness.packing",
            "harness.packs",
            "harness.processor",
            "harness.prompts",
            "harness.protocols",
            "harness.rated",
            "harness.regression",
            "harness.rules",
            "harness.shard_log",
            "harness.shard_sameness",
            "harness.shards",
            "harness.stats",
            "harness.store",
            "harness.task",
            "harness.trials",
            "harness.view",
            "harness.zip_entry",
        ),
    ),
    (2, ("harness.backends", "harness.foreign", "harness.judges", "reports", "sandbox")),
    (3, ("tasks",)),
    (
        4,
        (
            "harness.attempt",
            "harness.bench",
            "harness.court",
            "harness.desk",
            "harness.own_runs",
            "harness.session",
            "harness.strategies",
            "harness.strategy",
        ),
    ),
    (5, ("harness.cluster", "harness.rejudge", "harness.run", "harness.tools")),
    (6, ("harness.plugins", "harness.cli", "harness.lm_eval", "harness.__main__")),
)
"""Which floor a module (or the package it is in) stands on; see README, "The straight line"."""

ONLY: dict[str, tuple[str, ...]] = {
    "sandbox": ("harness.types", "harness.errors"),
    "reports": (
        "harness",
        "harness.board",
        "harness.comparison",
        "harness.comparison.compared",
        "harness.errors",
        "harness.history",
        "harness.identity",
        "harness.medals",
        "harness.metrics",
        "harness.medals.curve",
        "harness.outlook",
        "harness.stats",
        "harness.store",
        "harness.types",
    ),
}
"""Folders that may use less than their floor allows, so that they can be lifted out."""

HARD_LINES = 500
FUNCTION_LINES = 60


def modules() -> dict[str, Path]:
    found = {}
    for top in ("harness", "tasks", "sandbox", "reports"):
        for path in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()


def floor_of(module: str) -> int:
    best = max(
        (
            (len(prefix), floor)
            for floor, prefixes in FLOORS
            for prefix in prefixes
            if module == prefix or (prefix != "harness" and module.startswith(prefix + "."))
        ),
        default=None,
    )
    assert best is not None, f"{module} stands on no floor: add it to FLOORS"
    return best[1]


def unit_of(module: str) -> str:
    """Return the package of floor 2 and 3 that a module belongs to, or the module."""
    for _, prefixes in FLOORS:
        for prefix in prefixes:
            if prefix != "harness" and (module == prefix or module.startswith(prefix + ".")):
                return prefix
    return module


def imports(path: Path) -> set[str]:
    """Return our own modules that a file imports, type-only and late imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide their floor"
            base = node.module or ""
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base
                for alias in node.names
            }
    return {name for name in found if name in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module: str) -> None:
    """No module imports one of a higher floor, nor a neighbour of another package on its own."""
    for other in imports(MODULES[module]):
        here, there = floor_of(module), floor_of(other)
        assert there <= here, f"{module} (floor {here}) imports {other} (floor {there})"
        if here == there == 2:
            assert unit_of(module) == unit_of(other), f"{module} imports its neighbour {other}"
        top = module.partition(".")[0]
        if top in ONLY:
            allowed = other in ONLY[top] or other.partition(".")[0] == top
            assert allowed, f"{module} may not import {other}"


@pytest.mark.parametrize("module", MODULES)
def test_the_environment_is_read_in_one_place(module: str) -> None:
    """Whoever reads settings sees all of them: no other module looks at the environment."""
    text = MODULES[module].read_text()
    for line in text.splitlines():
        if re.search(r"\bos\.(environ|getenv)\b|\bfrom os import .*(environ|getenv)", line):
            assert module == "harness.config" or 'os.environ.get("PATH"' in line, line


def test_there_are_no_circles() -> None:
    """No set of modules imports each other, counting type-only imports."""
    graph = {name: imports(path) - {name} for name, path in MODULES.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, "circle: " + " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_nouns_of_a_readable_size(module: str) -> None:
    """No module is called utils, and none is longer than anyone reads in one sitting."""
    assert module.rpartition(".")[2] not in {"utils", "util", "helpers", "common", "misc"}
    lines = len(MODULES[module].read_text().splitlines())
    assert lines <= HARD_LINES, f"{module} has {lines} lines"


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_read_without_scrolling(module: str) -> None:
    """No function is longer than a screen, its signature and docstring included."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{module}.{node.name} has {lines} lines"


@pytest.mark.parametrize("argv", [["--help"], ["run", "--help"], ["tasks"]])
def test_help_imports_nothing_heavy(argv: list[str]) -> None:
    """Asking for help loads none of the large libraries."""
    code = (
        "import sys\n"
        "from harness.cli import main\n"
        "try:\n"
        f"    main({argv!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'pandas', 'sympy', 'aiohttp', 'docker', 'jinja2', 'pygments', 'numpy', 'torch',"
        " 'pyarrow', 'vllm', 'datasets', 'huggingface_hub', 'lm_eval', 'ray', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd="/"
    )
    assert done.stderr.strip() == "[]"


def test_the_default_install_is_light() -> None:
    """No model runtime or data library is among the default dependencies."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {item.split(">")[0].split("=")[0].strip() for item in project["dependencies"]}
    assert not names & {"torch", "vllm", "datasets", "ray", "lm-eval", "lm_eval", "transformers"}
