"""What a gate rules: a fall must be shown, a pass must be shown, and the rest is neither."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.cli import compare_flags
from harness.comparison import Metric, Side
from harness.errors import ConfigError
from harness.regression import (
    Finding,
    Policy,
    Rule,
    Ruling,
    draft,
    overall,
    read_policy,
    rehearse,
    rule_on,
    weigh,
)
from harness.regression.rule import LEAST_ALPHA
from harness.stats.paired import Pair, Unit, chance, interval, moments
from tests.fakes.right_and_wrong import side

NAMES = "abcdefghij"


def ruled(base: Side, new: Side, max_drop: float = 0.03, **more: object) -> Finding:
    policy = msgspec.structs.replace(Policy(gate=(Rule(max_drop=max_drop),)), **more)
    (found,) = rule_on([draft(base, new, policy.gate[0], policy)], policy)
    return found


def sides(place: Path, base: str, new: str) -> tuple[Side, Side]:
    """Return two runs with the same marks at each of ten problems."""
    return (
        side(place / "base", dict.fromkeys(NAMES, base)),
        side(place / "new", dict.fromkeys(NAMES, new)),
    )


def test_a_fall_that_is_shown_is_a_regression(tmp_path: Path) -> None:
    found = ruled(*sides(tmp_path, "1111", "1000"))
    assert found.ruling is Ruling.REGRESSION
    assert found.evidence is not None
    assert found.evidence.high < -0.03
    assert found.adjusted == found.evidence.beyond <= 0.05


def test_a_fall_that_is_excluded_is_a_pass(tmp_path: Path) -> None:
    """Twenty equal attempts at ten problems exclude a fall of three percent."""
    found = ruled(*sides(tmp_path, "1" * 20, "1" * 20))
    assert found.ruling is Ruling.PASS
    assert found.evidence is not None
    assert found.evidence.low > -0.03
    assert found.before is not None
    assert found.before.alike


def test_what_is_neither_is_inconclusive_and_no_pass(tmp_path: Path) -> None:
    """Four equal attempts look just as well and exclude nothing, which is known before."""
    found = ruled(*sides(tmp_path, "1111", "1111"))
    assert found.ruling is Ruling.INCONCLUSIVE
    assert found.before is not None
    assert not found.before.alike
    assert 4 < found.before.alike_from <= 20
    assert found.needed is not None
    assert found.needed >= found.before.alike_from


def test_an_allowed_fall_is_no_regression(tmp_path: Path) -> None:
    """A difference can be beyond chance and still within what is allowed."""
    base, new = sides(tmp_path, "1" * 20, "1" * 16 + "0" * 4)
    assert ruled(base, new).ruling is Ruling.REGRESSION
    found = ruled(base, new, max_drop=0.3)
    assert found.ruling is Ruling.PASS
    assert found.evidence is not None
    assert found.evidence.worse < 0.001


def test_better_passes(tmp_path: Path) -> None:
    assert ruled(*sides(tmp_path, "1000", "1111")).ruling is Ruling.PASS


def test_too_much_that_was_not_judged_is_no_ruling(tmp_path: Path) -> None:
    """A gate refuses where more than the allowed share is missing, whatever the rest says."""
    base, new = sides(tmp_path, "1111", "100-")
    found = ruled(base, new)
    assert found.ruling is Ruling.UNJUDGED
    assert found.reason == "10 of 40 attempts of new were not judged; 5 % are allowed"
    assert ruled(base, new, max_unjudged=0.3).ruling is Ruling.REGRESSION


def test_a_ruling_must_hold_whatever_the_missing_attempts_are_worth(tmp_path: Path) -> None:
    """One missing attempt of two hundred cannot turn a pass; a tenth of them could."""
    base, one = sides(tmp_path / "1", "1" * 20, "1" * 20)
    less = side(tmp_path / "less", dict.fromkeys(NAMES[1:], "1" * 20) | {"a": "1" * 19 + "!"})
    assert ruled(base, less, max_drop=0.05).ruling is Ruling.PASS
    many = side(tmp_path / "many", dict.fromkeys(NAMES, "1" * 18 + "--"))
    assert ruled(base, one, max_unjudged=0.2).ruling is Ruling.PASS
    found = ruled(base, many, max_unjudged=0.2)
    assert found.ruling is Ruling.UNJUDGED
    assert found.reason == "it would be PASS, but that hangs on 20 attempts that were not judged"


def test_nothing_judged_is_no_ruling(tmp_path: Path) -> None:
    base, new = side(tmp_path / "b", {"a": "11"}), side(tmp_path / "n", {"a": "--"})
    found = ruled(base, new, max_unjudged=0.99)
    assert (found.ruling, found.evidence) == (Ruling.UNJUDGED, None)


def test_several_rules_are_adjusted_for_being_several(tmp_path: Path) -> None:
    """What one rule would call shown, one of three does not, and the worst ruling is the gate's."""
    base = side(tmp_path / "base", dict.fromkeys("abcdefg", "11"))
    new = side(tmp_path / "new", dict.fromkeys("abcdefg", "10"))
    policy = Policy(gate=(Rule(max_drop=0.0),) * 3)
    drafts = [draft(base, new, rule, policy) for rule in policy.gate]
    alone = rule_on(drafts[:1], policy)
    assert alone[0].adjusted < policy.alpha < 3 * alone[0].adjusted
    assert [one.ruling for one in alone] == [Ruling.REGRESSION]
    several = rule_on(drafts, policy)
    assert {one.ruling for one in several} == {Ruling.INCONCLUSIVE}
    assert several[0].adjusted == pytest.approx(3 * alone[0].adjusted)
    assert overall([*alone, *several]) is Ruling.REGRESSION


@pytest.mark.parametrize(
    ("rulings", "whole"),
    [
        (("PASS", "PASS"), "PASS"),
        (("PASS", "INCONCLUSIVE"), "INCONCLUSIVE"),
        (("INCONCLUSIVE", "UNJUDGED", "PASS"), "UNJUDGED"),
        (("UNJUDGED", "REGRESSION"), "REGRESSION"),
    ],
)
def test_a_gate_passes_only_if_all_do(tmp_path: Path, rulings: tuple[str, ...], whole: str) -> None:
    one = ruled(*sides(tmp_path, "11", "11"))
    found = [msgspec.structs.replace(one, ruling=Ruling(name)) for name in rulings]
    assert overall(found) is Ruling(whole)


def test_the_exit_code_is_the_ruling() -> None:
    assert [Ruling(name).exit_code for name in Ruling] == [0, 1, 2, 3]


def test_a_regression_needs_the_permutation_test_too() -> None:
    """The interval alone would call five of five lost at once; with four the test cannot."""
    four = [Pair(problem=name, base=(1.0,), new=(0.0,)) for name in "abcd"]
    found = weigh(four, Unit.CONTEST, limit=0.0, alpha=0.05)
    assert found.beyond >= found.worse == 1 / 16


def test_a_run_against_itself_rarely_raises_an_alarm() -> None:
    """Splits of one run: the gate's own false alarms, the same for the same seed."""
    scores = [(name, 1.0, (1.0,) * 6 + (0.0,) * 6) for name in NAMES]
    rule, policy = Rule(max_drop=0.0), Policy()
    found = rehearse(scores, rule, policy, splits=400)
    assert found.regression.share <= 0.05
    assert found.difference.low <= 0.05
    assert found.attempts == (6, 6)
    counts = (found.regression.count, found.passed.count, found.inconclusive.count)
    assert sum(counts) == found.splits == 400
    assert rehearse(scores, rule, policy, splits=400) == found


def test_a_split_that_says_too_much_would_be_seen() -> None:
    """A run of problems with one attempt cannot be split; one with both is split where it can."""
    scores = [("a", 1.0, (1.0,)), ("b", 1.0, (1.0, 0.0, 1.0))]
    found = rehearse(scores, Rule(), Policy(), splits=5)
    assert (found.problems, found.left_out, found.attempts) == (1, 1, (1, 1))
    with pytest.raises(ValueError, match="two judged attempts"):
        rehearse(scores[:1], Rule(), Policy(), splits=5)


def test_the_fast_way_of_a_rehearsal_is_the_gates(tmp_path: Path) -> None:
    """What a split is called is what the gate calls it."""
    base, new = sides(tmp_path, "1" * 8, "1" * 6 + "00")
    found = ruled(base, new)
    held = [Pair(problem=n, base=(1.0,) * 8, new=(1.0,) * 6 + (0.0,) * 2) for n in NAMES]
    assert found.evidence is not None
    low, high = interval(moments(held), Unit.CONTEST, 0.05)
    assert (found.evidence.low, found.evidence.high) == (low, high)
    assert found.evidence.worse == chance(held, Unit.CONTEST).worse


POLICY = """
alpha = 0.01
unit = "problems"
max_unjudged = 0.1

[[gate]]
task = "aime2025"
max_drop = 0.05

[[gate]]
task = "ioi2025"
metric = "solved"
"""


def test_a_policy_is_read(tmp_path: Path) -> None:
    place = tmp_path / "gate.toml"
    place.write_text(POLICY)
    found = read_policy(place)
    assert (found.alpha, found.unit, found.max_unjudged) == (0.01, Unit.PROBLEMS, 0.1)
    assert [(r.task, r.metric, r.max_drop) for r in found.gate] == [
        ("aime2025", "score", 0.05),
        ("ioi2025", "solved", 0.03),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alpha = 0.7", "alpha"),
        ("alpha = 'x'", "alpha"),
        ("unit = 'rollouts'", "unit"),
        ("[[gate]]\nmax_drop = 3", "max_drop"),
        ("[[gate]]\nmax_drop = -0.1", "max_drop"),
        ("[[gate]]\nmax_dorp = 0.1", "max_dorp"),
        ("[[gate]]\nmetric = 'pass@8'", "metric"),
        ("[[gate]]\ntask = 'a'\n[[gate]]\ntask = 'a'", "two rules for score of a"),
        ("gate = []", "no rule"),
        ("not toml", "policy"),
        ("\udcff", "policy"),
    ],
)
def test_a_policy_that_is_wrong_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    """A limit that is misspelt would be a gate that lets everything through."""
    place = tmp_path / "gate.toml"
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        read_policy(place)
    assert words in str(caught.value)
    assert "gate.toml" in str(caught.value)


def test_a_policy_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        read_policy(tmp_path / "none.toml")


def test_flags_take_what_a_policy_takes() -> None:
    """They are written down beside each other, so that ``--help`` need not load the statistics."""
    assert (tuple(Unit), tuple(Metric)) == (compare_flags.UNITS, compare_flags.METRICS)
    assert compare_flags.LEAST_ALPHA == LEAST_ALPHA


def test_a_policy_cannot_ask_to_be_surer_than_can_be_told(tmp_path: Path) -> None:
    place = tmp_path / "gate.toml"
    place.write_text("alpha = 1e-17")
    with pytest.raises(ConfigError, match="alpha"):
        read_policy(place)
