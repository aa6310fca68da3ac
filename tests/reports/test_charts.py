"""Charts draw their numbers, and the numbers stand beneath them."""

from __future__ import annotations

import re
from itertools import pairwise
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.comparison import plus
from reports.build import build_report
from reports.charts.axis import Axis, amount
from reports.charts.curves import Curve, Frame, curves
from reports.charts.differences import Difference, differences
from reports.charts.dots import Marked, agreement
from reports.charts.figure import at, shortened, spread
from reports.charts.heat import heat_map
from reports.charts.history import Course, Stop, history
from reports.charts.lengths import lengths
from reports.charts.mix import mix
from reports.charts.scatter import Entrant, frontier, scatter
from reports.draw import Slot
from tests.reports.crowd import crowd_run
from tests.reports.html_walk import Page

FRAME = Frame(title="Points", said="A sentence.", budget="attempts", most=100)

FINITE = st.floats(-1e6, 1e6)


@given(st.lists(st.floats(0, 300), max_size=30))
def test_names_beside_lines_do_not_cover_each_other(wanted: list[float]) -> None:
    """Names stay in the drawing, in the order of their lines, a line's height apart."""
    found = spread(wanted, 15, 0, 300)
    gap = min(15, 300 / max(len(wanted) - 1, 1))
    places = sorted(found)
    assert all(-1e-6 <= place <= 300 + 1e-6 for place in places)
    assert all(b - a >= gap - 1e-6 for a, b in pairwise(places))
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    assert [found[n] for n in order] == places


@given(FINITE, FINITE)
def test_ticks_are_few_and_inside(one: float, other: float) -> None:
    """An axis has at most seven ticks, none of them beyond its ends."""
    low, high = sorted((one, other))
    if high - low < 1e-3:
        return
    axis = Axis(low, high, 0, 100)
    ticks = axis.ticks()
    assert len(ticks) <= 7
    assert all(-1e-3 <= axis.place(tick) <= 100.001 for tick in ticks)


@given(st.floats(1, 1e9), st.floats(1.5, 1e6))
def test_logarithmic_ticks_are_inside(low: float, factor: float) -> None:
    """Ticks of a logarithmic axis lie on it, and equal factors are equally far apart."""
    axis = Axis(low, low * factor, 0, 100, log=True)
    assert all(-1e-3 <= axis.place(tick) <= 100.001 for tick in axis.ticks())
    assert isclose(axis.place(low * factor**0.5), 50, abs_tol=1e-6)


def test_numbers_of_an_axis_are_short() -> None:
    """Large numbers have a letter, small differences a sign, and nothing is minus nothing."""
    assert [amount(v) for v in (0, 500, 20_000, 1_500_000)] == ["0", "500", "20k", "1.5M"]
    assert [plus(v) for v in (-2.5, 0, 3, -0.001)] == ["-2.5", "0", "+3", "0"]
    assert [at(v) for v in (-0.01, 0.0, 3.04, -2)] == ["0", "0", "3", "-2"]
    assert shortened("a long name", 6) == "a lon…"


def test_a_line_is_drawn_where_its_numbers_are() -> None:
    """The table has every number that is drawn, and a dash where a line has none."""
    figure = curves([Curve("one", ((1, 10.0), (2, 55.5))), Curve("two", ((2, 20.0),))], FRAME)
    assert figure is not None
    assert figure.data.head == ("attempts", "one", "two")
    assert figure.data.rows == (("1", "10", "—"), ("2", "55.5", "20"))
    (first, second) = [path for path in figure.paths if path.kind.startswith("curve")]
    assert first.d.count("L") == 1
    assert second.d.count("L") == 0
    assert {"one", "two"} <= {label.text for label in figure.labels}


def test_the_limit_is_an_upright_line_inside_the_drawing() -> None:
    """What the contest allows is marked even where nobody used it up."""
    held = [Curve("one", ((1, 1.0), (9, 2.0)))]
    figure = curves(held, Frame("t", "s", "submissions", 100, limit=50))
    assert figure is not None
    assert "limit 50" in [label.text for label in figure.labels]
    assert [path.kind for path in figure.paths].count("limit") == 1


@pytest.mark.parametrize("points", [(), ((1, 5.0),)])
def test_what_has_no_course_is_not_drawn(points: tuple[tuple[int, float], ...]) -> None:
    """A single budget is no curve."""
    assert curves([Curve("one", points)], FRAME) is None


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=12))
def test_the_frontier_is_beaten_by_none(held: list[tuple[int, int]]) -> None:
    """Each that is not on the line is matched by one on it that took no more, and none on it is."""
    entrants = [Entrant(str(n), t, p) for n, (t, p) in enumerate(held)]
    best = frontier(entrants)
    for one in entrants:
        better = [o for o in entrants if o.tokens <= one.tokens and o.points > one.points]
        assert not (one in best and better)
        assert one in best or any(o.tokens <= one.tokens and o.points >= one.points for o in best)


def test_points_against_tokens_need_two_that_say_what_they_took() -> None:
    """A contestant whose tokens nobody knows is not at zero tokens; it is not drawn."""
    known, other = Entrant("known", 1000, 50, 40, 60), Entrant("other", 4000, 70)
    assert scatter([known, Entrant("silent", 0, 90)], 100) is None
    figure = scatter([other, known, Entrant("silent", 0, 90)], 100)
    assert figure is not None
    assert [row[0] for row in figure.data.rows] == ["known", "other"]
    assert [path.kind for path in figure.paths].count("whisker") == 1
    assert len(figure.dots) == 2


def test_verdicts_fill_their_bar() -> None:
    """The parts of a bar are as wide as their shares, and rare verdicts are in the table."""
    figure = mix([("a", {"AC": 3, "WA": 1}), ("b", {"none": 2}), ("c", {})])
    assert figure is not None
    widths = [float(bar.width) for bar in figure.rects]
    assert widths[0] / widths[1] == pytest.approx(3, rel=0.02)
    assert figure.data.head == ("contestant", "AC", "WA", "none")
    assert figure.data.rows == (("a", "3", "1", "0"), ("b", "0", "0", "2"))
    assert mix([("c", {})]) is None


def test_every_length_is_counted_once() -> None:
    """The counts under the chart add up to the attempts, the longest and the shortest included."""
    solved, unsolved = [10, 1000, 1000, 5000], [10, 20, 100_000, 7, 300]
    figure = lengths(solved, unsolved, limit=200_000)
    assert figure is not None
    assert sum(int(row[1]) for row in figure.data.rows) == len(solved)
    assert sum(int(row[2]) for row in figure.data.rows) == len(unsolved)
    assert "cut off at 200,000" in [label.text for label in figure.labels]
    assert lengths([5], [6]) is None
    same = lengths([100] * 9, [])
    assert same is not None
    assert "none without" in same.said


def test_judges_are_drawn_by_how_far_they_are_apart() -> None:
    """The proof that judges disagree about most comes first; one mark is no agreement."""
    close = Marked("close", (("x", 7.0), ("y", 7.0)), (6.0,), 7.0)
    wide = Marked("wide", (("x", 7.0), ("y", 0.0)), (), 3.5)
    figure = agreement([close, wide, Marked("single", (("x", 1.0),), (), 1.0)], 7)
    assert figure is not None
    assert [row[0] for row in figure.data.rows] == ["wide", "close"]
    assert [dot.kind for dot in figure.dots].count("person") == 1
    stacked = [dot.y for dot in figure.dots if dot.x == figure.dots[-2].x]
    assert len(set(stacked)) == len(stacked), "equal marks do not hide each other"
    assert agreement([Marked("single", (("x", 1.0),), (), 1.0)], 7) is None


def test_differences_lie_on_their_side_of_the_line() -> None:
    """More points are right of zero, fewer left of it."""
    held = [Difference("all", 5, 1, 9, whole=True), Difference("p", -3, -6, 0)]
    figure = differences(held)
    assert figure is not None
    zero = next(path for path in figure.paths if path.kind == "zero-line")
    middle = float(zero.d[1:].split()[0])
    assert float(figure.dots[0].x) > middle > float(figure.dots[1].x)
    assert figure.data.rows == (("all", "+5", "+1", "+9"), ("p", "-3", "-6", "0"))
    assert differences([]) is None


def test_the_heat_map_says_its_numbers() -> None:
    """Each cell has its points; nothing judged is a dash; a contest without subtasks has none."""
    slots = [Slot("1", 10, 10), Slot("2", 20, None), Slot("3", 70, 7)]
    found = heat_map([("hills", slots)], [("a", [slots])])
    assert found is not None
    assert [(h.text, h.state) for h in found.lines[0][1]] == [
        ("10", "full"),
        ("—", "none"),
        ("7", "partial"),
    ]
    assert heat_map([("hills", slots[:1])], [("a", [slots[:1]])]) is None


def test_a_contest_has_its_charts_with_their_tables(tmp_path: Path) -> None:
    """Every chart of a page is followed by a table with a head, and says so to who cannot see."""
    run = crowd_run(tmp_path / "r", contestants=3, problems=3, attempts=4)
    build_report([run], tmp_path / "report")
    page = Page(tmp_path / "report" / "contest" / "ioi1999.html")
    plots = [e for e in page.elements if e.attributes.get("class") == "plot"]
    titles = [e.attributes["aria-label"].partition(";")[0] for e in plots]
    assert titles == [
        "Points against attempts",
        "pass@k",
        "Points against tokens",
        "Verdicts",
        "Lengths",
    ]
    assert page.words.count("The numbers") == len(titles)
    assert "Subtasks" in page.words
    assert page.row("model-2")


def test_a_contestant_in_several_runs_has_a_history(tmp_path: Path) -> None:
    """Each run has its row in the table, with the points that the contestant had in it."""
    names = ("old", "middle", "fresh")
    runs = [
        crowd_run(tmp_path / name, contestants=2, problems=2, attempts=4, better=2 * n)
        for n, name in enumerate(names)
    ]
    build_report(runs, tmp_path / "report")
    page = Page(tmp_path / "report" / "contest" / "ioi1999.html")
    assert "History" in page.words
    held = [row for row in page.rows if re.match(r"\d: ", row[0])]
    assert sorted(row[0].split(",")[0].split(": ")[1] for row in held) == sorted(names)
    shown = {row[0].split(",")[0].split(": ")[1]: float(row[1].split()[0]) for row in held}
    assert shown["old"] < shown["middle"] < shown["fresh"]


def test_history_draws_what_there_is() -> None:
    """A run that a contestant is not in breaks no line and is a dash; one run is no history."""
    one = Course("a", (Stop(0, 10.0, 5.0, 15.0), Stop(2, 30.0)))
    figure = history([one, Course("b", (Stop(1, 3.0),))], ["x", "y", "z"], 100.0)
    assert figure is not None
    assert figure.data.head == ("run", "a")
    assert [row[1] for row in figure.data.rows] == ["10 (5 to 15)", "—", "30"]
    assert len(figure.dots) == 2
    assert sum(path.kind == "whisker" for path in figure.paths) == 1
    assert history([Course("b", (Stop(1, 3.0),))], ["x", "y"], 100.0) is None
