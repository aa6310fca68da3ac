"""Two answers as texts: what can be told at once, and what a worker has to look at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.judges.answers.comparison import Leaf, compared
from harness.judges.answers.outcome import ALIKE, Finding, Outcome, equal, unresolved
from harness.judges.answers.reading import has_commas, read, tokens_of
from harness.judges.answers.sameness import by_value
from harness.judges.answers.tokens import Token
from harness.judges.answers.trees import Form, Named, Node, Unreadable, Value

LONGEST = 2_000
"""Characters of an answer that is read; a longer one is unresolved, and no worker sees it."""
MOST_TOKENS = 600


_DECIMAL = re.compile(r"(\$?-?\d+),(\d+\$?)")


class Beyond(Exception):
    """A worker has to look at it; never leaves this package."""


def at_once(gold: str, said: str) -> Finding | None:
    """Compare what needs no library; None for what a worker has to look at."""
    try:
        return by_reading(gold, said, _quick)
    except Beyond:
        return None
    except Unreadable:
        return None if may_ask_a_peer(gold) and may_ask_a_peer(said) else unresolved("not read")


def _quick(one: Node, other: Node) -> Finding:
    found = by_value(one, other)
    if found is None:
        raise Beyond
    return found


def by_reading(gold: str, said: str, leaf: Leaf) -> Finding:
    """Compare two answers by what they say.

    Raises :class:`~harness.judges.answers.trees.Unreadable` where one is not read.
    """
    if max(len(gold), len(said)) > LONGEST:
        return unresolved(f"an answer of more than {LONGEST} characters")
    first, second = tokens_of(gold), tokens_of(said)
    if max(len(first), len(second)) > MOST_TOKENS:
        return unresolved(f"an answer of more than {MOST_TOKENS} signs")
    if not first or not second:
        return unresolved("an empty answer")
    doubtful = has_commas(gold), has_commas(said)
    if doubtful[0] == doubtful[1] and alike(first, second):
        return equal(ALIKE)
    plain = compared(read(gold), read(said), leaf)
    if not any(doubtful):
        return _with_points(gold, said, plain, leaf)
    # ``1,234`` may be two numbers.
    apart = compared(read(gold, False), read(said, False), leaf)
    if plain.outcome is apart.outcome:
        return plain
    texts = zip((gold, said), doubtful, strict=True)
    single = [isinstance(_bare(read(text)), Value) for text, may in texts if not may]
    if single and all(single) and plain.outcome is not Outcome.UNRESOLVED:
        return plain
    return unresolved("a comma that sets thousands or answers apart")


def _with_points(gold: str, said: str, plain: Finding, leaf: Leaf) -> Finding:
    """Leave open what is equal if a comma is the point of a decimal fraction: ``2,5``."""
    if plain.outcome is not Outcome.NOT_EQUAL:
        return plain
    texts = [_DECIMAL.sub(r"\1.\2", t) if _DECIMAL.fullmatch(t) else t for t in (gold, said)]
    if texts == [gold, said] or (texts[0] != gold and texts[1] != said):
        return plain
    if compared(read(texts[0]), read(texts[1]), leaf).outcome is Outcome.NOT_EQUAL:
        return plain
    return unresolved("a comma that may be the point of a decimal fraction")


def _bare(form: Form) -> Form:
    return form.form if isinstance(form, Named) else form


def alike(one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Return whether two answers have the same tokens, wherever their white space is."""
    return [token.text for token in one] == [token.text for token in other]


def may_ask_a_peer(text: str) -> bool:
    """Return whether an answer is read here, or is beyond this grammar and not only ambiguous.

    What is ambiguous here another reader takes in one of its senses, which is no proof.
    """
    try:
        tokens = tokens_of(text)
        if not any(token.text in LARGE for token in tokens):
            read(text)
            return True
    except Unreadable:
        return False
    return all(
        token.kind in ("number", "name", "open", "close") or token.text in PEER_SIGNS
        for token in tokens
    )


LARGE = frozenset((r"\sum", r"\prod", r"\int", r"\lim"))
"""Operators that only the other reader knows."""
_MORE = (
    r"+ - * ^ _ ! = \frac \sqrt \pi \cdot \times \infty \binom \sin \cos \tan \ln \exp \to"
    r" \rightarrow \lfloor \rfloor \lceil \rceil \alpha \beta \gamma \theta \lambda \mu"
)
PEER_SIGNS = LARGE.union(_MORE.split())
"""What may stand in such an answer; no slash, whose reach is a matter of taste."""
