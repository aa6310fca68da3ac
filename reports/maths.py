r"""TeX to MathML, behind one function: ``math-core`` is young, and a formula may be an attack.

What it cannot set, what it should not be asked, and what :mod:`reports.mathml` does not know comes
back as None and is shown as it was written.

``math-core`` descends into nested groups on the stack of its thread, and a stack that overflows
ends the whole program (10,000 braces did). It works on a thread with a large stack here, and is
given no formula that could be as deep as that: each sign of :data:`_DEEPER` opens one level at
most, and definitions, which could multiply them, are refused.

It also looks for the partner of each bracket anew for each bracket around it, so that every one
without a partner doubles its time and memory: 40 would last for years. Which closing bracket it
takes for a partner depends on its grammar (in ``(^)`` there is none), so the opening ones are
counted, whatever follows them.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence

from math_core import LatexError, LatexToMathML

from reports.formulas import Formula
from reports.mathml import Refused, vetted

LONGEST = 4_000
"""Characters of a formula; the longest of 40,000 from contests and models' proofs has 712."""

DEEPEST = 1_000
"""Signs of a formula that may open a level; no one of those 40,000 has more than 165."""

STACK = 64 << 20
"""Bytes of stack of the thread; at most 3 kB a level were measured. Only what is used is taken."""

BRACKETS = 16
"""Opening brackets of a formula: a millisecond or two at worst. Of those 40,000 formulas 20 have
more."""

_DEEPER = re.compile(r"[\\{\[^_]")
_PAIRED = re.compile(r"\\left\b\s*(?:\\[A-Za-z]+|\\?.)", re.DOTALL)
_OPENING = re.compile(
    r"\\[bB]igg?l?\b\s*(?:\\[A-Za-z]+|\\?.)|\\\{|\\mathopen\b"
    r"|\\(?!(?:le|leq|leqslant|ldots|lambda|Lambda|log|ln|lg|lim|limits|liminf|limsup|lnot|land|lor"
    r"|lt|ll|lcm|label|leftarrow|Leftarrow|[Ll]eftrightarrow|[Ll]ongrightarrow|[Ll]ongleftrightarrow"
    r"|leftrightharpoons)\b)(?:[lL][A-Za-z]+|ulcorner|open[A-Za-z]*)"
    r"|[^\x00-\x7f]|[(\[]",
    re.DOTALL,
)
"""What may be an opening bracket: a sign, or a command that is not known to be none."""

_DEFINES = re.compile(r"\\(?:[gex]?def|let|(?:re)?newcommand|providecommand|newenvironment)\b")
_NUMBERED = re.compile(r"\\begin\{(?:align|equation|gather|multline)\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
_MACROS = {
    "dotsc": r"\ldots",
    "ensuremath": "#1",
    "lcm": r"\operatorname{lcm}",
    "mbox": r"\text{#1}",
    "qed": r"\square",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "wideparen": r"\overparen{#1}",
}
"""Commands that texts use and the converter does not know; each deepens it by two at most."""

_lock = threading.Lock()


def mathml(formulas: Sequence[Formula]) -> list[str | None]:
    """Return each formula of one text as MathML, or None; numbers of lines go through the text."""
    if not formulas:
        return []
    found: list[str | None] = []
    with _lock:  # the size of a stack is set for the program: two may not set it at once
        before = threading.stack_size(STACK)
        try:
            worker = threading.Thread(target=_convert, args=(formulas, found))
            worker.start()
        finally:
            threading.stack_size(before)
    worker.join()
    return found


def _convert(formulas: Sequence[Formula], found: list[str | None]) -> None:
    converter = LatexToMathML(
        macros=_MACROS, max_expansions=100, fancy_error=False, allow_unreliable_rendering=True
    )
    found.extend(_one(converter, formula) for formula in formulas)


def _one(converter: LatexToMathML, formula: Formula) -> str | None:
    tex = formula.tex
    if len(tex) > LONGEST or len(_DEEPER.findall(tex)) > DEEPEST or _DEFINES.search(tex):
        return None
    if _brackets(tex) > BRACKETS:
        return None
    try:
        made = converter.convert_with_global_state(_mended(tex), displaystyle=formula.display)
        return vetted(made)
    except (LatexError, Refused):
        return None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of Rust, and no Exception of Python's
            return None
        raise


def _brackets(tex: str) -> int:
    r"""Return how many opening brackets there may be; those of ``\left`` have their partner."""
    return sum(
        found[0].isascii() or unicodedata.category(found[0][0]) in ("Ps", "Pi", "Sm")
        for found in _OPENING.finditer(_PAIRED.sub(" ", tex))
    )


def _mended(tex: str) -> str:
    r"""Return a formula in which a number of its own, ``\tag``, stands wherever it was put."""
    if r"\tag" not in tex or _NUMBERED.search(tex):
        return tex
    return _TAG.sub(_tag, tex)


def _tag(found: re.Match[str]) -> str:
    said = found[2].strip()
    if said.startswith("$") and said.endswith("$"):
        said = said.strip("$")
    elif re.fullmatch(r"[\w .,:'()-]*", said):
        said = rf"\text{{{said}}}"
    return rf"\qquad {said}" if found[1] else rf"\qquad ({said})"
