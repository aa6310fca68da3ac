"""What compiling costs: ``python -m tests.bench.compiling``.

CPU of compiling a contestant's program with the precompiled header over without, and of a whole
candidate with 100 tests, judged as we do (compiled once) over one that is compiled for each test,
as harnesses do that hand each test to a service.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec

from sandbox.box import Job, Result, Role
from sandbox.compile import Compiler
from sandbox.embedded import EmbeddedBox
from sandbox.languages import Language, language
from sandbox.pool import Pool
from tests.bench.tiny import jobs, spent, spread

ROUNDS = 9
TESTS = 100

SOURCE = """
#include <bits/stdc++.h>
using namespace std;
int main() {
    int n;
    cin >> n;
    map<int, vector<int>> seen;
    for (int i = 0; i < n; i++) seen[i % 7].push_back(i);
    cout << seen.size() << "\\n";  // ROUND
}
"""


class Metered(EmbeddedBox):
    """A slot that adds up the CPU time of what runs in it."""

    cpu_s = 0.0

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Result, ...]]:
        """Run jobs in order."""
        for results in super().run(jobs):
            self.cpu_s += sum(run.cpu_s for result in results for run in result.executions)
            yield results


def main() -> int:
    """Measure, and print two lines."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "headers").mkdir()
        binds = {"headers": folder / "headers"}
        slot = stack.enter_context(Metered(folder, root="toolchain", binds=binds))
        box = stack.enter_context(EmbeddedBox(folder))
        compiler = Compiler(Pool(lambda: slot, 1), folder)
        (folder / "given").write_text("42\n")

        def compiled(lang: Language, note: str) -> tuple[Path, float]:
            before = slot.cpu_s
            files = {"main.cpp": SOURCE.replace("ROUND", note).encode()}
            made = compiler.compile(lang, files, ("main.cpp",), Role.CONTESTANT)
            assert made.program is not None, made.message
            assert made.program.executable is not None
            return made.program.executable, slot.cpu_s - before

        quick = language("cpp")
        slow = msgspec.structs.replace(quick, precompiled="")
        compiled(quick, "the header is made now")
        headers, candidates = [], []
        for number in range(ROUNDS):
            _, without = compiled(slow, f"without, {number}")
            program, once = compiled(quick, f"with, {number}")
            tests, _ = spent(box, jobs(box, program, folder / "given", TESTS))
            headers.append(without / once)
            candidates.append((TESTS * without + tests) / (once + tests))
    print(f"compiling without the header over with it          {spread(headers)} in CPU")
    print(f"compiling for each of {TESTS} tests over compiling once  {spread(candidates)} in CPU")
    print(f"medians of {ROUNDS} rounds; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
