"""The pages say what the scoreboard says, and a missing number is never a zero."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.board import boards
from harness.outlook import outlook
from harness.store import RunFolder
from harness.types import Contestant, Cutoff, LeftOut, Legality, RunSpec, Sampling, Verdict
from reports.build import build_report
from reports.words import VERDICTS, between, number
from tests.fakes.protocols import protocol
from tests.reports.contests import answer_problem, code_problem, ioi, people
from tests.reports.examples import answers_run, icpc_run, ordinary_run
from tests.reports.html_walk import Page
from tests.reports.runs import UNFINISHED, VOID, Did, write_run


def test_the_leaderboard_has_the_boards_numbers(ordinary: Path) -> None:
    """Each contestant's mean and best on the first page are those of the scoreboard's rows."""
    page = Page(ordinary / "index.html")
    (board,) = boards([RunFolder(ordinary.parent / "run-one")])
    for row in board.rows:
        if row.mean_total is not None and row.best_total is not None:
            cells = page.row(row.contestant.id)
            assert cells[2].split()[0] == number(row.mean_total)
            assert cells[5] == number(row.best_total)
    told = json.loads((ordinary / "report.json").read_text())
    assert [(r["mean"], r["best"]) for r in told["boards"][0]["rows"]] == [
        (row.mean_total, row.best_total) for row in board.rows
    ]


def test_the_scoreboard_has_the_boards_numbers(ordinary: Path) -> None:
    """Each cell of the contest's page begins with the mean points of the cell's attempts."""
    page = Page(ordinary / "contest" / "ioi1999.html")
    (board,) = boards([RunFolder(ordinary.parent / "run-one")])
    for row in board.rows:
        for shown, cell in zip(page.row(row.contestant.id)[2:], row.cells, strict=False):
            if cell.mean_points is not None:
                assert shown.split()[0] == number(cell.mean_points)


def test_void_and_empty_are_never_a_zero(ordinary: Path) -> None:
    """A contestant without a judged attempt has a dash and words; its cells name the state."""
    absent = Page(ordinary / "index.html").row("absent")
    assert (absent[0], absent[2], absent[5]) == ("—", "— unjudged: 0 to 200", "—")
    assert "not zero" in absent[1]
    board = Page(ordinary / "contest" / "ioi1999.html")
    assert board.row("absent")[2:4] == ["not generated", "not generated"]
    assert board.row("broken")[2] == "void"
    cell = Page(ordinary / "cell" / "ioi1999--hills--broken.html")
    assert "0 of 100" not in cell.words
    assert "the server went away" in cell.words


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (23.2, 200.0, "23 to 200"),
        (24.96, 27.2, "25 to 27.2"),
        (26.123, 26.927, "26.12 to 26.93"),
        (0.35, 0.49, "0.35 to 0.49"),
    ],
)
def test_an_interval_is_not_rounded_to_something_else(low: float, high: float, said: str) -> None:
    """26.53 of 30 points are not said to lie between 26 and 27 where it is known better."""
    assert between(low, high) == said


def test_the_mean_stands_with_what_was_judged_and_its_bounds(ordinary: Path) -> None:
    """A row with attempts in no score says how many, and between what its mean lies for that."""
    page = Page(ordinary / "index.html")
    assert page.row("strong")[2] == "155 95 %: 23 to 200", "all was judged: no bounds"
    assert page.row("weak")[2] == "32.5 95 %: 0 to 200 unjudged: 21.67 to 88.33"
    assert page.row("weak")[6] == "4 of 6"
    assert (
        "weak: 4 of 6 judged (1 void, 1 not generated); the mean is 21.67 if those that were not "
        "are worth nothing, 88.33 if they are worth full points" in page.words
    )
    told = json.loads((ordinary / "report.json").read_text())
    (weak,) = (row for row in told["boards"][0]["rows"] if row["contestant"] == "weak")
    assert (weak["planned"], weak["done"], weak["void"], weak["not_generated"]) == (6, 4, 1, 1)
    assert weak["mean_bounds"] == pytest.approx([65 / 3, 265 / 3])


def test_a_row_with_a_gap_has_no_rank_and_says_why(ordinary: Path) -> None:
    """Points over fewer problems than others were judged on are not ranked among theirs."""
    broken = Page(ordinary / "index.html").row("broken")
    assert broken[0] == "—"
    assert "nothing was judged at hills" in broken[1]


def test_ceilings_stand_apart_and_last(ordinary: Path) -> None:
    """The oracle comes after every contestant, without a rank and without a medal."""
    page = Page(ordinary / "index.html")
    names = [row[1].split()[0] for row in page.rows if len(row) > 5 and row[0] != "Rank"]
    assert names[-1] == "model-solution"
    assert page.row("model-solution")[0] == "—"
    assert "Ceilings, in no ranking" in page.words


def test_medals_and_lines_stand_only_on_a_complete_board(ordinary: Path, tmp_path: Path) -> None:
    """With every problem judged there are thin rows and medals; otherwise a sentence why not."""
    page = Page(ordinary / "index.html")
    assert page.row("Gold")[2] == "180"
    strong = " ".join(page.row("strong"))
    assert re.search(r"silver\s*with probability 0\.89 \[0\.\d\d, (0\.\d\d|>0\.99)\]", strong)
    part = LeftOut(id="lakes", title="Lakes", max_points=100, reason="its tests are not public")
    out = build_report([ordinary_run(tmp_path / "r", left_out=(part,))], tmp_path / "report")
    page = Page(out)
    assert "Lakes (100 points): its tests are not public" in page.words
    assert "cannot be compared" in page.words
    assert "gold 180, silver 120 and bronze 60" in page.words
    assert not any("line" in row[1] for row in page.rows if len(row) > 1)
    assert "of 200 judged" in page.words
    assert "silver" not in " ".join(page.row("strong"))
    assert "probability" not in " ".join(page.row("strong"))


def test_best_and_mean_never_share_a_column(tmp_path: Path) -> None:
    """With one attempt each there is a column of points, and none called mean or best."""
    contest = ioi(answer_problem("sum"))
    run = write_run(tmp_path / "r", contest, {("a", "sum"): [Did((1,), source="7")]}, people("a"))
    page = Page(build_report([run], tmp_path / "report"))
    head = page.rows[0]
    assert head[2].startswith("Points")
    assert not any(cell.startswith(("Best", "Mean")) for cell in head)


def test_an_unfinished_run_is_said_on_every_page(tmp_path: Path) -> None:
    """A run without an end is named at the top of each page that shows its numbers."""
    contest = ioi(answer_problem("sum"))
    did = {("a", "sum"): [Did((1,), source="7"), UNFINISHED]}
    run = write_run(tmp_path / "r", contest, did, people("a"), sealed=False)
    build_report([run], tmp_path / "report")
    for path in (tmp_path / "report").rglob("*.html"):
        if path.name != "about.html":
            assert "Run r has not finished: 1 of 2 attempts have ended." in Page(path).words, path


def test_judging_without_isolation_is_said_on_every_page(tmp_path: Path) -> None:
    """A run judged with --unsafe is marked wherever it is shown."""
    run = write_run(
        tmp_path / "r",
        ioi(answer_problem("sum")),
        {("a", "sum"): [Did((1,), source="7")]},
        people("a"),
        judge=(("tier", "unsafe"),),
    )
    build_report([run], tmp_path / "report")
    for path in (tmp_path / "report").rglob("*.html"):
        assert path.name == "about.html" or "Not isolated" in Page(path).text


def test_the_same_contestant_of_two_runs_is_two_rows(tmp_path: Path) -> None:
    """Rows of two runs share a board, name their run, and the board lists what differs."""
    contest = ioi(answer_problem("sum"))
    runs = []
    for name, seed in (("cold", 0), ("warm", 1)):
        spec = RunSpec(task="t", task_version="1", backend="b", sampling=Sampling(seed=seed))
        did = {("a", "sum"): [Did((seed,), source="7")]}
        runs.append(write_run(tmp_path / name, contest, did, people("a"), spec=spec))
    page = Page(build_report(runs, tmp_path / "report"))
    names = [row[1] for row in page.rows if len(row) > 5 and row[0] != "Rank"]
    assert names == ["a warm", "a cold"]
    contest_page = Page(tmp_path / "report" / "contest" / "ioi1999.html")
    assert contest_page.rows[-3][3:] == ["seed"]
    assert [row[-1] for row in contest_page.rows[-2:]] == ["0", "1"]
    assert len(list((tmp_path / "report" / "cell").iterdir())) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sampling": Sampling(temperature=0.5)}, "sampling"),
        ({"strategy": "vote"}, "protocol"),
        ({"settings": '{"n":3}'}, "protocol"),
        ({"system": "Be brief."}, "protocol"),
        ({"task_version": "2"}, "code"),
    ],
)
def test_numbers_of_another_identity_stand_on_a_board_of_their_own(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    """What was asked otherwise is in another table, with the reason; ranks are not mixed."""
    contest = ioi(answer_problem("sum"))
    spec = RunSpec(task="t", task_version="1", backend="b")
    other = msgspec.structs.replace(spec, **changed)
    did = {("a", "sum"): [Did((1,), source="7")]}
    runs = [
        write_run(tmp_path / "one", contest, did, people("a"), spec=spec),
        write_run(tmp_path / "two", contest, did, people("a"), spec=other),
    ]
    page = Page(build_report(runs, tmp_path / "report"))
    assert f"because of another {said} (" in page.words
    assert (tmp_path / "report" / "contest" / "ioi1999@2.html").is_file()
    ranks = [row[0] for row in page.rows if len(row) > 5 and row[0] != "Rank"]
    assert ranks == ["1", "1"]


def test_a_protocol_that_breaks_the_rules_wins_no_medal_and_says_why(tmp_path: Path) -> None:
    """Full points under a protocol that no contestant may follow are points and no medal."""
    contest = ioi(answer_problem("sum"))
    contest = msgspec.structs.replace(contest, cutoffs=(Cutoff(medal="gold", points=0.5),))
    did = {("a", "sum"): [Did((1,), source="7")]}
    medals, texts = [], []
    why = "50 submissions a subtask"
    for name, legality in (
        ("legal", Legality(contest_legal=True)),
        ("not", Legality(contest_legal=False, deviations=(why,))),
    ):
        spec = RunSpec(
            task="t", task_version="1", backend="b", protocol=protocol(legality=legality)
        )
        run = write_run(tmp_path / name, contest, did, people("a"), spec=spec)
        board = boards([run])[0]
        medals.append((board.medal(board.rows[0]), outlook(board, board.rows[0]) is None))
        texts.append(Page(build_report([run], tmp_path / f"{name}-report")).words)
    assert medals == [("gold", False), (None, True)]
    assert [why in text for text in texts] == [False, True]
    assert all("Protocol ioi1999/once ffffffffffff" in text for text in texts)


def test_a_cheap_likeness_of_a_protocol_says_that_it_does_not_compare(tmp_path: Path) -> None:
    """A lite variant names the protocol it is a likeness of, wherever its numbers stand."""
    spec = RunSpec(task="t", task_version="1", backend="b", protocol=protocol(lite_of="x/whole"))
    did = {("a", "sum"): [Did((1,), source="7")]}
    run = write_run(tmp_path / "r", ioi(answer_problem("sum")), did, people("a"), spec=spec)
    build_report([run], tmp_path / "report")
    for name in ("index.html", "contest/ioi1999.html"):
        assert "a cheap likeness of x/whole" in Page(tmp_path / "report" / name).words


def test_another_contest_hash_is_another_board_with_the_reason(tmp_path: Path) -> None:
    """Runs whose tests differ are not mixed into one table, and the page says why."""
    one, two = ioi(answer_problem("sum")), ioi(answer_problem("product"), hash="b" * 64)
    runs = [
        write_run(tmp_path / "one", one, {("a", "sum"): [Did((1,))]}, people("a")),
        write_run(tmp_path / "two", two, {("a", "product"): [Did((1,))]}, people("a")),
    ]
    page = Page(build_report(runs, tmp_path / "report"))
    assert "product judged here and not there" in page.words
    assert (tmp_path / "report" / "contest" / "ioi1999@2.html").is_file()


def test_evidence_has_subtasks_tests_sources_and_messages(ordinary: Path) -> None:
    """A cell shows verdict, subtask points, tests with figures, the deciding one, the source."""
    page = Page(ordinary / "cell" / "ioi1999--hills--weak.html")
    assert "25 of 100 points" in page.words
    assert "Subtask 2 15 of 30 points" in page.words
    assert "PAC 2-03 0.012 s 3 MiB decides" in page.words
    assert 'std::string who = "world";' in page.text
    assert "subtask 3: 0 of 60" in page.words
    broken = Page(ordinary / "cell" / "ioi1999--rivers--broken.html")
    assert "CE compile error" in broken.words
    assert "Compiler output x.cpp:1: error" in broken.words


def test_a_repeated_prompt_is_shown_once_where_it_may_be_shown(tmp_path: Path) -> None:
    """With statements allowed, the first attempt shows the prompt and the others lead to it."""
    contest = ioi(answer_problem("sum"), show_statements=True)
    did = {("a", "sum"): [Did((1,)), Did((1,))]}
    run = write_run(tmp_path / "r", contest, did, people("a"))
    build_report([run], tmp_path / "report")
    page = Page(tmp_path / "report" / "cell" / "ioi1999--sum--a.html")
    assert page.text.count("The secret statement") == 2  # on its own, and in the first prompt
    assert "the same as in attempt 0" in page.words


def test_statements_and_reasoning_stay_in_the_run(ordinary: Path) -> None:
    """Without the contest's leave no page has the statement; reasoning and paths never leave."""
    for path in ordinary.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for secret in (b"secret statement", b"secret train", b"/nowhere/to"):
                assert secret not in data, (path, secret)


def test_the_run_page_counts_what_went_wrong(ordinary: Path) -> None:
    """The health table has the void and not generated attempts, and links lead to the void."""
    (path,) = (ordinary / "run").iterdir()
    page = Page(path)
    assert page.row("void")[1] == "2 look"
    assert [row[1] for row in page.rows if row[0] == "not generated"] == ["3 look"]
    assert [row[1] for row in page.rows if row[0] == "attempts planned"] == ["18"]
    assert "the server went away" in page.words


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_explained(ordinary: Path, verdict: Verdict) -> None:
    """The page about the report has each code with its name."""
    assert VERDICTS[verdict][0] in Page(ordinary / "about.html").text


def test_kinds_are_labelled(tmp_path: Path) -> None:
    """Recorded contestants and those of a demonstration carry a tag that is explained."""
    made = (
        Contestant(id="old", title="Old", kind="recorded"),
        Contestant(id="shown", title="Shown", kind="reference"),
    )
    did = {(who, "sum"): [Did((1,))] for who in ("old", "shown")}
    run = write_run(tmp_path / "r", ioi(answer_problem("sum")), did, made)
    page = Page(build_report([run], tmp_path / "report"))
    assert page.row("Old")[1] == "Old recorded"
    assert page.row("Shown")[1] == "Shown reference"
    assert "no model was asked" in page.words


def test_a_long_cell_goes_on_to_other_pages(tmp_path: Path) -> None:
    """Sixty attempts at a problem with many tests stay within the size of a page, all linked."""
    problem = code_problem("many", (10, 90), tests=60)
    did = {("a", "many"): [Did((1, 0))] * 60}
    run = write_run(tmp_path / "r", ioi(problem), did, people("a"))
    build_report([run], tmp_path / "report")
    paths = sorted((tmp_path / "report" / "cell").iterdir())
    assert len(paths) > 1
    assert all(path.stat().st_size < 300_000 for path in paths)
    ids = [name for path in paths for name in Page(path).ids]
    assert {f"a{n}" for n in range(60)} <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_missing_text_is_said_and_the_report_is_made(tmp_path: Path) -> None:
    """A run folder that lost a text still gives a report, which names what is missing."""
    run = ordinary_run(tmp_path / "r")
    for blob in (tmp_path / "r" / "blobs").rglob("*.gz"):
        blob.unlink()
    build_report([run], tmp_path / "report")
    page = Page(tmp_path / "report" / "cell" / "ioi1999--hills--strong.html")
    assert "missing from the run folder" in page.words


def test_an_attempt_taken_up_again_shows_its_last_result(tmp_path: Path) -> None:
    """After a void attempt was resumed, the page has the new result and says it was resumed."""
    contest = ioi(answer_problem("sum"))
    write_run(tmp_path / "r", contest, {("a", "sum"): [VOID]}, people("a"))
    again = write_run(tmp_path / "s", contest, {("a", "sum"): [Did((1,))]}, people("a"))
    lines = (again.path / "log.jsonl").read_bytes().splitlines(keepends=True)[1:]
    with (tmp_path / "r" / "log.jsonl").open("ab") as log:
        log.writelines(lines)
    build_report([RunFolder(tmp_path / "r")], tmp_path / "report")
    page = Page(tmp_path / "report" / "cell" / "ioi1999--sum--a.html")
    assert "Taken up again 1 time" in page.words
    assert "Attempt 0 10 of 10 points" in page.words


def test_nothing_done_yet_is_a_report_too(tmp_path: Path) -> None:
    """A run that was started a moment ago has a report with dashes and no division by zero."""
    run = write_run(tmp_path / "r", ioi(), {}, people("a", "b"), sealed=False)
    page = Page(build_report([run], tmp_path / "report"))
    assert page.row("a")[2] == "—"
    empty = msgspec.structs.replace(ioi(), problems=())
    run = write_run(tmp_path / "e", empty, {}, people("a"))
    assert Page(build_report([run], tmp_path / "report")).row("a")[0] == "—"


def test_samples_that_failed_are_not_shown_as_full(tmp_path: Path) -> None:
    """A subtask without points, such as the samples, is full only when its tests were passed."""
    problem = code_problem("hills", (0, 100))
    did = {("bad", "hills"): [Did((0, 0))], ("good", "hills"): [Did((1, 1))]}
    run = write_run(tmp_path / "r", ioi(problem), did, people("bad", "good"))
    build_report([run], tmp_path / "report")

    def states(who: str) -> list[str]:
        page = (tmp_path / "report" / "cell" / f"ioi1999--hills--{who}.html").read_text()
        return re.findall(r'<li class="(\w+)"><small>subtask', page)

    assert states("bad") == ["zero", "zero"]
    assert states("good") == ["full", "full"]
    page = Page(tmp_path / "report" / "problem" / "ioi1999--hills.html")
    assert [page.row(name)[-1] for name in ("1", "2")] == ["1 of 2", "1 of 2"]


def test_an_icpc_says_tries_and_penalty(tmp_path: Path) -> None:
    """One attempt is + or - with its tries; of several it is how many solved, and with how many."""
    for attempts in (1, 3):
        build_report([icpc_run(tmp_path / f"run-{attempts}", attempts)], tmp_path / f"{attempts}")
    once = Page(tmp_path / "1" / "contest" / "ioi1999.html")
    assert once.row("alpha")[2:5] == ["-1", "+1", "-3"]
    assert once.row("beta")[2:5] == ["+1", "-3", "+3"]
    assert once.row("beta")[5:7] == ["2", "80"], "one try too many costs 20 minutes, and three 60"
    several = Page(tmp_path / "3" / "contest" / "ioi1999.html")
    assert several.row("alpha")[2:4] == ["1/3 median 1 submissions", "2/3 median 2 submissions"]
    assert "Penalty" in several.words


def test_many_problems_stand_one_under_another(tmp_path: Path) -> None:
    """Of a set of answers the rows are problems, with solved of judged, each with its evidence."""
    build_report([answers_run(tmp_path / "run", 60)], tmp_path / "report")
    page = Page(tmp_path / "report" / "contest" / "set.html")
    assert page.row("Q7")[1:] == ["2/3", "0"]
    assert page.row("Problem")[1:] == [
        "sharp 400 of 600",
        "dull 10 of 600",
    ]
    assert len([row for row in page.rows if row[0].startswith("Q")]) == 60
    links = [e.attributes["href"] for e in page.elements if e.tag == "a"]
    assert sum("/cell/" in link for link in links) == 120
    assert page.path.stat().st_size < 60_000
