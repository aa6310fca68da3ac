"""Small packages of the problem package format, written for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.types import Problem
from tasks.packages.any import read_any_package

LEGACY = "name: Small\nlicense: unknown\n"
NEW = (
    "problem_format_version: 2025-09\nname: Small\n"
    "uuid: 00000000-0000-4000-8000-000000000001\nlicense: unknown\n"
)

VALIDATOR = """
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
using namespace std;
static string folder;
static void say(const char *name, const string &text) {
    ofstream(folder + name, ios::app) << text;
}
"""
"""The head of a validator in C++; ``say`` writes a file into the feedback folder."""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files by their paths."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def package(folder: Path, files: Mapping[str, str], *, seconds: float = 1.0) -> Problem:
    """Write a package and read it."""
    write(folder, files)
    return read_any_package(folder, time_limit_s=seconds).problem


def validator(body: str) -> str:
    """Return a validator whose main function has ``body``; ``in`` and ``ans`` are open files."""
    return (
        VALIDATOR + "int main(int argc, char **argv) {\n"
        "    ifstream in(argv[1]), ans(argv[2]);\n    folder = argv[3];\n"
        "    (void)argc;\n" + body + "\n}\n"
    )
