"""Globs of submissions.yaml match what the format says, and nothing else."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.packages.globs import MAX_PATTERNS, expand, matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("accepted", "accepted/sum.py"),
        ("accepted/", "accepted/sum.py"),
        ("accepted/*", "accepted/sum.py"),
        ("accepted/sum.py", "accepted/sum.py"),
        ("*/sum.*", "accepted/sum.py"),
        ("accepted/sum.{py,cpp}", "accepted/sum.cpp"),
        ("{accepted,rejected}/{a,b}.py", "rejected/b.py"),
        ("secret/*{1,3,5}", "secret/13"),
        ("secret/*{,1}2", "secret/2"),
        ("secret/*{ 4 }{ 2 }", "secret/42"),
        ("secret/g{1,{2,3}x}", "secret/g3x/deep/case"),
        ("a**b", "a--b"),
        ("x[ab]?", "x[ab]?"),
        ("x}{y", "x}{y"),
        ("secret", "secret/g1/a"),
        ("*", "secret/g1/a"),
    ],
)
def test_a_pattern_matches(pattern: str, path: str) -> None:
    """A path is matched when it, or a folder above it, is."""
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("accepted", "accepted2/sum.py"),
        ("sum.py", "accepted/sum.py"),
        ("*/*/sum.py", "accepted/sum.py"),
        ("*sum.py", "accepted/sum.py"),
        ("accepted/su", "accepted/sum.py"),
        ("match/match", "match/match_wa.py"),
        ("x[ab]", "xa"),
        ("x?", "xa"),
        ("secret/*{1,3}", "secret/2"),
        ("secret/g1/a", "secret/g1"),
        ("a/**/d", "a/b/c/d"),
        ("x{a,b", "xa"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, path: str) -> None:
    """A star stays within a name, and only stars and braces are special."""
    assert not matches(pattern, path)


def test_braces_multiply() -> None:
    """Two lists side by side stand for every pair, in order."""
    assert expand("{a,b}-{1,2}") == ["a-1", "a-2", "b-1", "b-2"]
    assert expand("{a}") == ["a"]
    assert expand("{}") == [""]


@pytest.mark.parametrize("pattern", ["{a,b}" * 40, "x" * 500, "{" + "{a,b}" * 12 + ",c}"])
def test_braces_cannot_hurt(pattern: str) -> None:
    """What would stand for very many patterns is refused, and at once."""
    with pytest.raises(ValueError, match=r"stands for|letters"):
        expand(pattern)


def test_deep_braces_end() -> None:
    """Neither braces in braces nor braces without partners go too deep."""
    assert expand("{" * 140 + "a" + "}" * 140) == ["a"]
    assert expand("{" * 200) == ["{" * 200]


def test_many_stars_are_matched_quickly() -> None:
    """A pattern that takes a naive matcher for ever is a few thousand steps."""
    assert not matches("*a" * 100 + "b", "a" * 255)
    assert matches("*a" * 100, "a" * 255)


letters = st.text(alphabet="ab*", max_size=8)
names = st.text(alphabet="ab", min_size=1, max_size=8)


@given(pattern=letters, name=names)
def test_stars_are_those_of_regular_expressions(pattern: str, name: str) -> None:
    """Within one name a star is any text."""
    expression = re.escape(pattern).replace(r"\*", ".*")
    assert matches(pattern, name) == bool(re.fullmatch(expression, name))


@given(lists=st.lists(st.lists(names, min_size=1, max_size=3), min_size=1, max_size=3))
def test_braces_are_all_choices(lists: list[list[str]]) -> None:
    """A pattern of lists matches exactly the paths that choose one of each."""
    pattern = "/".join("{" + ",".join(choices) + "}" for choices in lists)
    assert expand(pattern) == ["/".join(choice) for choice in itertools.product(*lists)]
    for choice in itertools.product(*lists):
        assert matches(pattern, "/".join(choice))


@given(pattern=st.text(alphabet="{},a* ", max_size=24), path=names)
def test_any_pattern_is_matched_or_refused(pattern: str, path: str) -> None:
    """No text of braces makes the matcher fail in another way."""
    try:
        found = expand(pattern)
    except ValueError:
        return
    assert 1 <= len(found) <= MAX_PATTERNS
    assert matches(pattern, path) in (True, False)
