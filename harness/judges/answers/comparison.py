"""Two answers in their forms: equal, not equal, or unresolved.

The comparison is symmetric. Where two forms could mean the same only by a guess (a list against a
tuple, a closed interval against a pair, other names for constants), it is unresolved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from harness.judges.answers.letters import letters
from harness.judges.answers.outcome import (
    ALIKE,
    Finding,
    Outcome,
    all_of,
    equal,
    not_equal,
    unresolved,
)
from harness.judges.answers.places import filled, renamed
from harness.judges.answers.sets import decided, is_set, spans, whole_numbers
from harness.judges.answers.trees import (
    INFINITY,
    Apply,
    Form,
    Grid,
    Group,
    Interval,
    Named,
    Node,
    Nothing,
    Number,
    Ratio,
    Relation,
    Several,
    Union,
    Value,
    Word,
)
from harness.judges.answers.values import exact

Leaf = Callable[[Node, Node], Finding]
"""Compares two expressions."""

OPPOSITE = ({"yes", "no"}, {"true", "false"}, {"odd", "even"})
WHOLE_LETTERS = frozenset("nmkijlpqrst")
"""Letters that usually stand for whole numbers."""
ENDLESS = (INFINITY, Apply("neg", (INFINITY,)))


def compared(gold: Form, said: Form, leaf: Leaf) -> Finding:
    """Compare two answers; ``leaf`` compares their expressions."""
    if gold == said:
        return equal(ALIKE)
    gold, said = _told(gold, leaf), _told(said, leaf)
    if isinstance(gold, Named) or isinstance(said, Named):
        return _named(gold, said, leaf)
    if isinstance(gold, Nothing | Word) or isinstance(said, Nothing | Word):
        return _words(gold, said)
    if isinstance(gold, Relation) and isinstance(said, Relation):
        return _relations(gold, said, leaf)
    if isinstance(gold, Relation) or isinstance(said, Relation):
        return unresolved("an equation or inequality against something else")
    if isinstance(gold, Value) and isinstance(said, Value):
        return _values(gold, said, leaf)
    if isinstance(gold, Several) and isinstance(said, Several):
        return _several(gold, said, leaf)
    if isinstance(gold, Grid) or isinstance(said, Grid):
        return _grids(gold, said, leaf)
    if isinstance(gold, Ratio) or isinstance(said, Ratio):
        return _ratios(gold, said, leaf)
    if isinstance(gold, Interval | Union) or isinstance(said, Interval | Union):
        return _sets(gold, said, leaf)
    return _alone(gold, said, leaf)


def _told(form: Form, leaf: Leaf) -> Form:
    """Return ``x = 2 + 3 = 5`` as ``x = 5`` where that is so, and a list of one as that one."""
    if isinstance(form, Named) and form.arguments == ("chain",):
        assert isinstance(form.form, Several)
        *middle, last = form.form.parts
        if all(compared(each, last, leaf).outcome is Outcome.EQUAL for each in middle):
            return Named(form.name, (), form.plain, last)
        return Named(form.name, ("chain",), False, last)
    if isinstance(form, Several) and len(form.parts) == 1 and form.group is not Group.TUPLE:
        return form.parts[0]
    return form


def _named(gold: Form, said: Form, leaf: Leaf) -> Finding:
    if isinstance(gold, Named) and isinstance(said, Named):
        return _both_named(gold, said, leaf)
    named, bare = (gold, said) if isinstance(gold, Named) else (said, gold)
    assert isinstance(named, Named)
    if named.arguments == ("chain",):
        return unresolved("a chain of equations that does not hold")
    split = _split(named)
    if split is not None and isinstance(bare, Several) and _all_named(bare):
        return compared(split, bare, leaf)
    if isinstance(bare, Relation) or (isinstance(bare, Several) and _any_named(bare)):
        return unresolved("names on one side that are not on the other")
    pair = (named.form, bare) if named is gold else (bare, named.form)
    found = compared(pair[0], pair[1], leaf)
    if found.outcome is Outcome.NOT_EQUAL and _same_whole(named, bare):
        return unresolved("the same whole numbers, if whole numbers are meant")
    return found


def _both_named(gold: Named, said: Named, leaf: Leaf) -> Finding:
    if "chain" in (*gold.arguments, *said.arguments):
        return unresolved("a chain of equations that does not hold")
    if gold.name != said.name or len(gold.arguments) != len(said.arguments):
        return unresolved(f"{gold.name} against {said.name}")
    names = dict(zip(said.arguments, gold.arguments, strict=True))
    if len(names) < len(set(said.arguments)) or (set(gold.arguments) - set(said.arguments)) & (
        _letters(said.form) - set(said.arguments)
    ):
        return unresolved("an argument has the name of a constant")
    other = _renamed(said.form, names)
    found = compared(gold.form, other, leaf)
    if found.outcome is Outcome.NOT_EQUAL:
        if _same_whole(gold, said):
            return unresolved("the same whole numbers, if whole numbers are meant")
        fixed = {*gold.arguments, gold.name}
        ours, theirs = _letters(gold.form) - fixed, _letters(other) - fixed
        if ours != theirs and len(ours) == len(theirs):
            again = _renamed(other, dict(zip(sorted(theirs), sorted(ours), strict=True)))
            if compared(gold.form, again, leaf).outcome is not Outcome.NOT_EQUAL:
                return unresolved("equal but for the names of constants")
        if len(ours) != len(theirs):
            return unresolved("another number of constants")
    return found


def _split(named: Named) -> Several | None:
    """Return ``(x, y) = (1, 2)`` as ``x = 1, y = 2``."""
    form = named.form
    if not named.name.startswith("(") or not isinstance(form, Several):
        return None
    names = named.name[1:-1].split(",")
    if form.group is not Group.TUPLE or len(names) != len(form.parts):
        return None
    parts = zip(names, form.parts, strict=True)
    return Several(Group.LIST, tuple(Named(name, (), True, part) for name, part in parts))


def _all_named(form: Several) -> bool:
    return form.group is Group.LIST and all(isinstance(part, Named) for part in form.parts)


def _many_names(form: Several) -> bool:
    """Return whether the parts are values of several names."""
    return len({part.name for part in form.parts if isinstance(part, Named)}) > 1


def _any_named(form: Several) -> bool:
    return any(isinstance(part, Named) for part in form.parts)


def _same_whole(one: Form, other: Form) -> bool:
    """Return whether two ranges of a letter that is usually whole have the same whole numbers."""
    names = {form.name for form in (one, other) if isinstance(form, Named)}
    if not names <= WHOLE_LETTERS:
        return False
    inner = [form.form if isinstance(form, Named) else form for form in (one, other)]
    found = [whole_numbers(form) for form in inner]
    return None not in found and found[0] == found[1]


def _words(gold: Form, said: Form) -> Finding:
    if isinstance(gold, Word) and isinstance(said, Word):
        if {gold.word, said.word} in OPPOSITE:
            return not_equal("words that exclude each other")
        return unresolved("other words")
    if isinstance(gold, Value | Several | Interval) or isinstance(said, Value | Several | Interval):
        other = gold if isinstance(said, Nothing | Word) else said
        word = said if other is gold else gold
        if isinstance(other, Value) and isinstance(word, Word) and word.word in ("odd", "even"):
            return unresolved("a word against an expression")
        return not_equal("something against nothing, or against a word")
    return unresolved("a word against something else")


def _values(gold: Value, said: Value, leaf: Leaf) -> Finding:
    (one, first), (other, second) = _measured(gold), _measured(said)
    endless = [node for node in (one, other) if node in ENDLESS]
    if endless:
        return equal("infinite") if one == other else not_equal("infinity against another")
    found = leaf(one, other)
    if first == second:
        return found
    if first and second:
        return unresolved(f"{first} against {second}")
    if "degree" in (first, second) and found.outcome is Outcome.NOT_EQUAL:
        again = leaf(gold.node, said.node)
        return again if again.outcome is Outcome.EQUAL else found
    return found


def _measured(value: Value) -> tuple[Node, str]:
    """Return an expression and its unit; a degree sign on all of it is a unit."""
    if isinstance(value.node, Apply) and value.node.op == "deg":
        return value.node.args[0], "degree"
    return value.node, value.unit


def _several(gold: Several, said: Several, leaf: Leaf) -> Finding:
    if _many_names(gold) != _many_names(said):
        return unresolved("names on one side that are not on the other")
    loose = (Group.LIST, Group.SET)
    if gold.group in loose and said.group in loose:
        return _unordered(gold.parts, said.parts, leaf)
    if gold.group not in loose and said.group not in loose:
        if len(gold.parts) != len(said.parts):
            return not_equal("another number of parts")
        parts = [compared(*pair, leaf) for pair in zip(gold.parts, said.parts, strict=True)]
        found = all_of(parts, "equal part by part")
        doubtful = gold.group is not said.group and len(gold.parts) == 2
        if doubtful and found.outcome is Outcome.EQUAL:
            return unresolved("round brackets against square ones")
        return found
    found = _unordered(gold.parts, said.parts, leaf)
    if found.outcome is Outcome.EQUAL:
        return unresolved("the same parts, with an order on one side only")
    return found


def _unordered(gold: Sequence[Form], said: Sequence[Form], leaf: Leaf) -> Finding:
    """Compare as sets: every part must have its equal on the other side."""
    table = [[compared(one, other, leaf).outcome for other in said] for one in gold]
    rows = [_best(row) for row in table]
    columns = [_best(list(column)) for column in zip(*table, strict=True)]
    worst = rows + columns
    if Outcome.NOT_EQUAL in worst:
        return not_equal("a part without its equal on the other side")
    if Outcome.UNRESOLVED in worst:
        return unresolved("a part whose equal could not be told")
    if len(gold) != len(said):
        return unresolved("the same parts, some of them repeated")
    return equal("the same parts")


def _best(row: Sequence[Outcome]) -> Outcome:
    for outcome in (Outcome.EQUAL, Outcome.UNRESOLVED):
        if outcome in row:
            return outcome
    return Outcome.NOT_EQUAL


def _relations(gold: Relation, said: Relation, leaf: Leaf) -> Finding:
    """Compare equations by the difference of their sides, which may be scaled."""
    if gold.op == "=" == said.op or gold.op == "!=" == said.op:
        flips: tuple[int, ...] = (1, -1)
    elif gold.op == said.op:
        flips = (1,)
    elif {gold.op, said.op} in ({"<", ">"}, {"<=", ">="}):
        flips = (-1,)
    else:
        return unresolved("relations of several kinds")
    ours, theirs = _difference(gold), _difference(said)
    ratio = _ratio_at_a_place(ours, theirs)
    for scale in flips if ratio is None else (ratio,):
        if len(flips) == 1 and (scale > 0) != (flips[0] > 0):
            continue
        factor = Number(scale.numerator, scale.denominator)
        if leaf(ours, Apply("*", (factor, theirs))).outcome is Outcome.EQUAL:
            return equal("the same relation")
    return unresolved("relations that were not told apart")


def _difference(relation: Relation) -> Node:
    return Apply("+", (relation.left, Apply("neg", (relation.right,))))


def _ratio_at_a_place(one: Node, other: Node) -> Fraction | None:
    names = sorted(letters(one) | letters(other))
    place = {name: Number(3 + 4 * at) for at, name in enumerate(names)}
    first, second = exact(filled(one, place)), exact(filled(other, place))
    return first / second if first and second else None


def _grids(gold: Form, said: Form, leaf: Leaf) -> Finding:
    if not isinstance(gold, Grid) or not isinstance(said, Grid):
        return unresolved("a matrix against something else")
    shapes = {(len(grid.rows), len(grid.rows[0])) for grid in (gold, said)}
    if len(shapes) > 1:
        return not_equal("matrices of several shapes")
    ours = [cell for row in gold.rows for cell in row]
    theirs = [cell for row in said.rows for cell in row]
    return all_of([leaf(*pair) for pair in zip(ours, theirs, strict=True)], "equal cell by cell")


def _ratios(gold: Form, said: Form, leaf: Leaf) -> Finding:
    if not isinstance(gold, Ratio) or not isinstance(said, Ratio):
        return unresolved("a ratio against something else")
    if len(gold.parts) != len(said.parts):
        return not_equal("ratios of several lengths")
    if any(exact(part) == 0 for part in (*gold.parts, *said.parts)):
        return unresolved("a ratio with a zero, or a time of day")
    first, second = gold.parts[0], said.parts[0]
    pairs = zip(gold.parts[1:], said.parts[1:], strict=True)
    products = [(Apply("*", (first, two)), Apply("*", (second, one))) for one, two in pairs]
    return all_of([leaf(*pair) for pair in products], "the same ratio")


def _sets(gold: Form, said: Form, leaf: Leaf) -> Finding:
    """Compare intervals and their unions: exactly where all ends are fractions."""
    if not is_set(gold) or not is_set(said):
        return not_equal("an interval against a value")
    ours, theirs = spans(gold), spans(said)
    if ours is None or theirs is None:
        return unresolved("a set against something that is not read as one")
    if len(ours) == len(theirs) == 1:
        one, other = ours[0], theirs[0]
        ends = [
            _values(Value(one.low), Value(other.low), leaf),
            _values(Value(one.high), Value(other.high), leaf),
        ]
        found = all_of(ends, "the same ends")
        shut = (one.low_open, one.high_open) == (other.low_open, other.high_open)
        if found.outcome is Outcome.EQUAL and not shut:
            return not_equal("an end that is open on one side only")
        return found
    known = decided(ours, theirs)
    return known if known is not None else unresolved("unions that were not told apart")


def _alone(gold: Form, said: Form, leaf: Leaf) -> Finding:
    """Compare one answer with several."""
    value, several = (gold, said) if isinstance(gold, Value) else (said, gold)
    assert isinstance(value, Value)
    assert isinstance(several, Several)
    outcomes = [compared(value, part, leaf).outcome for part in several.parts]
    if Outcome.NOT_EQUAL in outcomes:
        return not_equal("one answer against several")
    return unresolved("one answer against several")


def _renamed(form: Form, names: dict[str, str]) -> Form:
    match form:
        case Value():
            return Value(renamed(form.node, names), form.unit)
        case Several():
            return Several(form.group, tuple(_renamed(part, names) for part in form.parts))
        case Union():
            return Union(tuple(_renamed(part, names) for part in form.parts))
    return form


def _letters(form: Form) -> set[str]:
    match form:
        case Value():
            return set(letters(form.node))
        case Several() | Union():
            return set().union(*map(_letters, form.parts))
    return set()
