"""What a gate found, in Markdown: for a terminal, a comment on a pull request or a step summary."""

from __future__ import annotations

from collections.abc import Sequence

from harness.board import number
from harness.cli.compared_text import (
    Said,
    Section,
    problem_table,
    sections,
    share,
    signed,
    table,
    unit,
)
from harness.comparison import probability
from harness.regression import Finding, Policy, Rate, Rehearsal, Rule, Ruling, overall
from harness.stats.paired import Unit

MARKER = "<!-- harness gate -->"
"""First line of the file: a comment that is updated in place is found by it."""

LONGEST = 60_000
"""Characters of the file; a comment on GitHub may have 65,536."""

DROPPED = ("all problems", "verdicts", "costs", "settings", "problems", "changes", "plan")
"""Sections in the order in which they are left out where there is no room."""


def headline(findings: Sequence[Finding], policy: Policy) -> str:
    """Return the ruling in one sentence."""
    ruling = overall(findings)
    deciding = [one for one in findings if one.ruling is ruling]
    first = deciding[0]
    what = f"{first.comparison.contest} {first.rule.metric.value}: {first.reason}"
    more = f" (and {len(deciding) - 1} more)" if len(deciding) > 1 else ""
    if ruling is Ruling.PASS and len(findings) > 1:
        what, more = f"all {len(findings)} tasks keep within their limits", ""
    return f"**{ruling.value}**: {what}{more}. Unit: {policy.unit.value}, alpha {policy.alpha:g}."


def findings_table(findings: Sequence[Finding], said: Said) -> str:
    """Return one row a rule."""
    rows = []
    for one in findings:
        seen = one.evidence
        rows.append(
            (
                said(one.comparison.contest),
                one.rule.metric.value,
                one.ruling.value,
                signed(seen.difference) if seen else "—",
                f"{signed(seen.low)} to {signed(seen.high)}" if seen else "—",
                share(one.rule.max_drop),
                probability(one.adjusted) if seen else "—",
                probability(seen.within) if seen else "—",
            )
        )
    head = (
        "task",
        "metric",
        "ruling",
        "new - base",
        "one-sided bounds",
        "allowed fall",
        "p of no fall beyond",
        "p of a fall beyond",
    )
    return table(head, rows)


def plan(one: Finding, policy: Policy) -> str:
    """Say what could have come out, what fall would be seen, and how many attempts it would take.

    Before anything is read into the ruling: a gate that can neither pass nor fail says nothing.
    """
    if one.before is None or one.detectable is None or one.needed is None:
        return ""
    things = "problems" if policy.unit is Unit.PROBLEMS else "attempts at each problem"
    lines = [f"- {unit(one.comparison)}"]
    if not one.before.fall:
        least = one.before.least
        why = (
            f"the smallest probability that any could have is {probability(least)}"
            if least > policy.alpha
            else "not even a fall from everything to nothing is shown to exceed the limit"
        )
        lines.append(
            f"- With so many problems and attempts **no outcome can be a REGRESSION**: {why}."
        )
    if not one.before.alike:
        lines.append(
            "- With so many problems and attempts **no two runs that come out alike can PASS**: it "
            f"takes at least {_many(one.before.alike_from, things)}."
        )
    if one.detectable < 1:
        lines.append(
            f"- A fall of {share(one.detectable)} would be called a REGRESSION four times in five."
        )
    else:
        lines.append("- No fall would be called a REGRESSION four times in five.")
    lines.append(
        "- Two equal runs would PASS four times in five from "
        f"{_many(one.needed, things)}, if those vary as these do."
    )
    return "\n".join(lines)


def _many(count: int, things: str) -> str:
    return f"{count:,} {things}" if count else f"more {things} than anyone makes"


def ruled_sections(findings: Sequence[Finding], policy: Policy, said: Said) -> list[Section]:
    """Return all parts in the order of reading."""
    found = [
        Section("head", headline(findings, policy)),
        Section("findings", findings_table(findings, said)),
    ]
    for one in findings:
        held = one.comparison
        title = f"### {said(held.title)}: {said(held.base)} (base) and {said(held.new)} (new)"
        found.append(Section("title", title))
        found.append(Section("plan", plan(one, policy)))
        found += sections(held, said)
        whole = problem_table(held, held.changes, said)
        folded = f"<details><summary>All problems</summary>\n\n{whole}\n\n</details>"
        found.append(Section("all problems", folded))
    return [part for part in found if part.text]


def page(findings: Sequence[Finding], policy: Policy, said: Said) -> str:
    """Return the file: whole where it fits, or else without what is dropped first."""
    parts = ruled_sections(findings, policy, said)
    gone: list[str] = []
    for name in ("", *DROPPED):
        parts = [part for part in parts if part.name != name]
        gone += [name] if name else []
        text = _put_together(parts, gone)
        if len(text) <= LONGEST:
            return text
    return f"{text[: LONGEST - 2]}…\n"


def _put_together(parts: Sequence[Section], gone: Sequence[str]) -> str:
    text = "\n\n".join([MARKER, *(part.text for part in parts)])
    if gone:
        text += f"\n\nLeft out for want of room: {', '.join(gone)}. `harness compare` has it all."
    return f"{text}\n"


def rehearsed(one: Rehearsal, policy: Policy, task: str, rule: Rule) -> str:
    """Return what a gate says of a run against itself."""
    fewest, most = one.attempts
    each = str(fewest) if fewest == most else f"{fewest} to {most}"
    lines = [
        f"{task} {rule.metric.value}: split {one.splits:,} times into halves of {each} "
        f"attempt{'s' * (most != 1)} at each of {one.problems} problems"
        + (f" ({one.left_out} with a single attempt left out)" if one.left_out else "")
        + f". Unit: {policy.unit.value}, allowed fall {share(rule.max_drop)}, "
        f"alpha {policy.alpha:g}.",
        "",
        table(
            ("both halves are one contestant", "splits", "share", "95 % interval"),
            [
                _rate("REGRESSION, a false alarm", one.regression),
                _rate("PASS", one.passed),
                _rate("INCONCLUSIVE", one.inconclusive),
                _rate("a difference shown by `harness compare`", one.difference),
            ],
        ),
    ]
    return "\n".join(lines)


def _rate(name: str, rate: Rate) -> tuple[str, str, str, str]:
    return name, number(rate.count), share(rate.share), f"{share(rate.low)} to {share(rate.high)}"
