"""What a gate found, as JUnit XML: one test case a rule."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from harness.cli.terminal import plain
from harness.regression import Finding, Ruling

ELEMENT = {
    Ruling.REGRESSION: "failure",
    Ruling.INCONCLUSIVE: "skipped",
    Ruling.UNJUDGED: "error",
}
"""A gate that cannot tell is a test that was not run, neither passed nor failed."""


def junit(findings: Sequence[Finding]) -> bytes:
    """Return the file."""
    count = {
        name: sum(1 for one in findings if ELEMENT.get(one.ruling) == name)
        for name in ("failure", "error", "skipped")
    }
    suite = ET.Element(
        "testsuite",
        name="harness gate",
        tests=str(len(findings)),
        failures=str(count["failure"]),
        errors=str(count["error"]),
        skipped=str(count["skipped"]),
    )
    for one in findings:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"harness.gate.{plain(one.comparison.contest)}",
            name=f"{one.rule.metric.value} falls by at most {100 * one.rule.max_drop:g} %",
        )
        said = _said(one)
        element = ELEMENT.get(one.ruling)
        if element:
            message = plain(f"{one.ruling.value}: {one.reason}")
            ET.SubElement(case, element, message=message).text = said
        ET.SubElement(case, "system-out").text = said
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    text: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _said(one: Finding) -> str:
    held = one.comparison
    text = f"{plain(held.base)} (base) and {plain(held.new)} (new), unit {held.unit.value}"
    if one.evidence is None:
        return text
    seen = one.evidence
    return (
        f"{text}: difference {100 * seen.difference:.2f} %, one-sided bounds "
        f"{100 * seen.low:.2f} % to {100 * seen.high:.2f} %"
    )
