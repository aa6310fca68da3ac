"""From test results to a verdict and points over a tree of groups. Pure arithmetic.

Sources: the problem package format, legacy edition ("Test data groups", "Graders", with the
behaviour of ``problemtools``' default grader where the text is silent) and 2025-09 edition
("Result aggregation"). The tree is judged depth first in order of name; a group that breaks
on rejection is left at its first rejected part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from harness.errors import JudgeError
from harness.types import Aggregation, Edition, Group, TestResult, Verdict, VerdictMode

WORST_FIRST = (
    Verdict.JE,
    Verdict.RTE,
    Verdict.MLE,
    Verdict.TLE,
    Verdict.OLE,
    Verdict.WA,
    Verdict.SK,
)
"""Of several rejections a group has the first of these."""


class Outcome(msgspec.Struct, frozen=True):
    """What a test or a group came to."""

    verdict: Verdict
    score: float


Aggregator = Callable[[tuple[str, ...], Sequence[Outcome]], Outcome]
"""The package's own program for grading groups: its arguments, and the parts' outcomes."""

Results = Mapping[str, TestResult]


def parts(group: Group) -> Iterator[str | Group]:
    """Yield tests (by name) and groups of a group in the order they are judged."""
    found: list[str | Group] = [*group.tests, *group.groups]
    yield from sorted(found, key=_base_name)


def _base_name(part: str | Group) -> str:
    return (part if isinstance(part, str) else part.name).rpartition("/")[2]


def names_of_tests(group: Group) -> Iterator[str]:
    """Yield the names of all tests of a tree in the order they are judged."""
    for part in parts(group):
        if isinstance(part, str):
            yield part
        else:
            yield from names_of_tests(part)


def all_groups(group: Group) -> Iterator[Group]:
    """Yield a group and all groups in it."""
    yield group
    for inner in group.groups:
        yield from all_groups(inner)


class Tree:
    """A tree of groups under one edition's rules."""

    def __init__(self, root: Group, edition: Edition, *, scored: bool) -> None:
        self.root = root
        self._edition = edition
        self._scored = scored
        self._by_name = {group.name: group for group in all_groups(root)}

    # --- what must be run --------------------------------------------------------------------

    def reached(self, results: Results) -> Iterator[str]:
        """Yield the tests that a judge who knows these results looks at, known ones included."""
        yield from self._reached(self.root, results)

    def _reached(self, group: Group, results: Results) -> Iterator[str]:
        if any(self._rejected(self._by_name[n], results) for n in group.require_pass):
            return
        for part in parts(group):
            if isinstance(part, str):
                yield part
                lost = _lost(results.get(part))
            else:
                yield from self._reached(part, results)
                lost = self._rejected(part, results)
            if lost and group.break_on_reject:
                return

    def _rejected(self, group: Group, results: Results) -> bool:
        """Return whether a group is rejected whatever the tests that are open come to."""
        if group.verdicts is VerdictMode.ALWAYS_ACCEPT or group.custom is not None:
            return False
        if any(self._rejected(self._by_name[n], results) for n in group.require_pass):
            return True
        lost = []
        for part in parts(group):
            here = (
                _lost(results.get(part)) if isinstance(part, str) else self._rejected(part, results)
            )
            lost.append(here)
            if here and group.break_on_reject:
                return not group.accept_if_any or not any(not known for known in lost)
        if group.ignore_sample:
            lost = lost[-1:]
        return (all(lost) if group.accept_if_any else any(lost)) if lost else False

    # --- what it comes to --------------------------------------------------------------------

    def outcomes(self, results: Results, aggregate: Aggregator | None = None) -> dict[str, Outcome]:
        """Return the outcome of every group by name; the root's is the submission's.

        Raises :class:`~harness.errors.JudgeError` when a score breaks the package's own rules.
        """
        found: dict[str, Outcome] = {}
        self._outcome(self.root, results, aggregate, found)
        return found

    def _outcome(
        self,
        group: Group,
        results: Results,
        aggregate: Aggregator | None,
        found: dict[str, Outcome],
    ) -> Outcome:
        seen: list[Outcome] = []
        closed = any(found[name].verdict is not Verdict.AC for name in group.require_pass)
        for part in parts(group):
            if isinstance(part, str):
                result = results.get(part)
                if result is None or result.verdict is Verdict.SK or closed:
                    continue
                outcome = self._test(group, result)
            elif closed:
                self._outcome(part, {}, aggregate, found)
                continue
            else:
                outcome = self._outcome(part, results, aggregate, found)
            seen.append(outcome)
            if outcome.verdict is not Verdict.AC and group.break_on_reject:
                break
        for inner in group.groups:
            found.setdefault(inner.name, Outcome(Verdict.SK, 0.0))
        outcome = Outcome(Verdict.SK, 0.0) if closed else self._of_parts(group, seen, aggregate)
        found[group.name] = outcome
        return outcome

    def _of_parts(
        self, group: Group, seen: Sequence[Outcome], aggregate: Aggregator | None
    ) -> Outcome:
        if not seen:
            # A group may be empty (a problem without samples); one that was not run is skipped.
            empty = not any(True for _ in names_of_tests(group))
            return Outcome(Verdict.AC if empty else Verdict.SK, 0.0)
        if group.ignore_sample:
            seen = seen[-1:]
        if group.custom is not None:
            if aggregate is None:
                raise JudgeError(
                    f"group {group.name or 'data'} is graded by a program that is not there",
                    hint="bring the package's graders/ folder in",
                )
            outcome = aggregate(group.custom, seen)
        else:
            verdict = _verdict(group, [outcome.verdict for outcome in seen])
            outcome = Outcome(verdict, _score(group, verdict, [o.score for o in seen]))
        if self._scored:
            _check_range(group, outcome.score)
        return outcome

    def _test(self, group: Group, result: TestResult) -> Outcome:
        """Return a test's score by the rules of the edition."""
        if result.verdict is not Verdict.AC:
            return Outcome(result.verdict, group.reject_score)
        if self._edition is Edition.PPF_2025_09:
            self._check_given(group, result)
        if result.given is not None:
            return Outcome(Verdict.AC, result.given)
        if group.accept_score is None:
            if not self._scored or self._in_sample(group):
                return Outcome(Verdict.AC, 0.0)
            raise JudgeError(
                f"the output validator accepted test {result.test} without a score.txt, which "
                "a group of unbounded score needs",
                hint="mend the package's validator",
            )
        return Outcome(Verdict.AC, result.score * group.accept_score)

    @staticmethod
    def _in_sample(group: Group) -> bool:
        return group.name.partition("/")[0] == "sample"

    def _check_given(self, group: Group, result: TestResult) -> None:
        """Raise where a validator gave a score that the 2025-09 edition calls a judge error."""
        plain = result.given is None and result.score == 1.0
        if plain or not self._scored or self._in_sample(group):
            return
        what = f"the output validator gave a score on test {result.test}"
        if group.scores is Aggregation.PASS_FAIL:
            why = f"whose group {group.name} is pass-fail"
        elif group.accept_score is None and result.given is None:
            why = f"as a multiplier, and its group {group.name} has no bound"
        elif group.accept_score is not None and (result.given or 0.0) > group.accept_score + SLACK:
            why = f"of {result.given:g}, more than the test's {group.accept_score:g}"
        else:
            return
        raise JudgeError(f"{what}, {why}", hint="mend the package's validator")


def _lost(result: TestResult | None) -> bool:
    return result is not None and result.verdict is not Verdict.AC


def _verdict(group: Group, verdicts: Sequence[Verdict]) -> Verdict:
    if group.accept_if_any and Verdict.AC in verdicts:
        return Verdict.AC
    if group.verdicts is VerdictMode.ALWAYS_ACCEPT:
        return Verdict.AC
    rejected = [verdict for verdict in verdicts if verdict is not Verdict.AC]
    if not rejected:
        return Verdict.AC
    if group.verdicts is VerdictMode.FIRST_ERROR:
        return rejected[0]
    return min(rejected, key=WORST_FIRST.index)


def _score(group: Group, verdict: Verdict, scores: Sequence[float]) -> float:
    match group.scores:
        case Aggregation.SUM:
            return sum(scores)
        case Aggregation.MIN:
            return min(scores)
        case Aggregation.MAX:
            return max(scores)
        case Aggregation.AVERAGE:
            return sum(scores) / len(scores)
        case Aggregation.PASS_FAIL:
            return (group.highest or 0.0) if verdict is Verdict.AC else 0.0


SLACK = 1e-9
"""Of a sum of decimal fractions; a range is not broken by the last bit."""


def _check_range(group: Group, score: float) -> None:
    low = group.lowest if group.lowest is not None else -float("inf")
    high = group.highest if group.highest is not None else float("inf")
    slack = SLACK * max(1.0, abs(score))
    if not low - slack <= score <= high + slack:
        raise JudgeError(
            f"group {group.name or 'data'} got {score:g} points, outside its range {low:g} to "
            f"{high:g}",
            hint="mend the package's scores or its range",
        )
