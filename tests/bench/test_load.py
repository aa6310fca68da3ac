"""The benchmark of verdicts under load tells programs that change from judges that do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import load
from tests.fakes.problem_package import LEGACY, write

LUCK = """
#include <chrono>
#include <iostream>
int main() {
    auto now = std::chrono::system_clock::now().time_since_epoch().count();
    std::cout << (now / 1000 % 2 ? 3 : 4) << std::endl;
}
"""


@pytest.mark.long
def test_a_program_of_luck_is_left_out_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What says something else in each run says nothing of the judge; the others still count."""
    write(
        tmp_path,
        {
            "problem.yaml": LEGACY,
            ".timelimit": "2\n",
            "data/secret/1.in": "1 2\n",
            "data/secret/1.ans": "3\n",
            "submissions/accepted/sum.cpp": LUCK.replace("4)", "3)"),
            "submissions/wrong_answer/luck.cpp": LUCK,
        },
    )
    monkeypatch.setattr(load, "ROUNDS", 16)
    monkeypatch.setattr("sys.argv", ["load", str(tmp_path)])
    assert load.main() == 0
    told = capsys.readouterr().out
    assert "left out: wrong_answer/luck.cpp, whose verdicts change without load, too" in told
    assert "16 of 16 rounds" in told
    assert "2 of 4 runs" in told
