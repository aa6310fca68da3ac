"""Whether a node judges as the others do: one run has one program and one judge."""

from __future__ import annotations

from harness import __version__
from harness.cluster.jobs import Hello
from harness.errors import ConfigError


def check_version(node: str, version: str) -> None:
    """Raise :class:`~harness.errors.ConfigError` where a node has another harness than we."""
    if version != __version__:
        raise ConfigError(
            f"the Ray node {node} has harness {version}; this is {__version__}",
            hint="install the same version of olympiad-harness on every node",
        )


def check_alike(node: str, hello: Hello, first: Hello) -> None:
    """Raise :class:`~harness.errors.ConfigError` naming a fact that two nodes differ in."""
    ours, theirs = dict(first.facts), dict(hello.facts)
    for fact in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(fact, "none"), theirs.get(fact, "none")
        if here != there:
            raise ConfigError(
                f"the Ray node {node} judges otherwise: its {fact} is {there}, "
                f"another node's {here}",
                hint="give every node the same compilers and the same sandbox (--sandbox), or no "
                "judging slots",
            )
