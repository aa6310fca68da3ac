"""A distribution of someone else, as an installer would leave it."""

from __future__ import annotations

from pathlib import Path


def install(
    place: Path, name: str, entries: str, module: str = "", group: str = "harness.tasks"
) -> None:
    """Put a distribution with entry points onto the path, as an installer would."""
    info = place / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{entries}\n")
    if module:
        (place / f"{name.replace('-', '_')}.py").write_text(module)
