"""A jury's file is read strictly: what contradicts itself is found before anything is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from harness.errors import ConfigError, TaskDataError, UsageError
from harness.juries import find_jury, juries_in, read_jury
from harness.plugins import jury_folders
from harness.types import Aggregate, Juror, Scale, Template
from tasks.juries import FOLDER
from tests.fakes.courts import shipped


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a copy of a shipped jury, named as the user would."""
    shutil.copytree(FOLDER / "prompts", tmp_path / "prompts")
    place = tmp_path / "mine.toml"
    place.write_text((FOLDER / "matharena.toml").read_text().replace('"matharena"', '"mine"', 1))
    return place


def with_line(place: Path, line: str) -> Path:
    """Set one key of a jury's file."""
    key = line.partition("=")[0]
    kept = [old for old in place.read_text().splitlines() if not old.startswith(key)]
    place.write_text("\n".join([line, *kept]))
    return place


def test_a_jury_of_ones_own_is_read(own: Path) -> None:
    """A copy under another name is a jury, with the prompts beside it."""
    file, prompts = read_jury(own)
    assert (file.id, file.scale, file.aggregate) == ("mine", Scale.POINTS, Aggregate.MIN)
    assert [prompt.name for prompt in prompts] == ["mark", "again", "restyle"]
    assert find_jury(str(own), jury_folders()) == own


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('scale = "0-10"', "0-10"),
        ('aggregate = "average"', "average"),
        ('id = "matharena"', 'say id = "mine"'),
        ("votes = 0", "votes"),
        ("votes = 1_000_000_000", "votes"),
        ("votes = 1.5", "votes"),
        ("reask = -1", "reask"),
        ("reask = 1_000_000", "reask"),
        ("quorum = 0.0", "quorum"),
        ("quorum = 1.5", "quorum"),
        ("quorum = nan", "quorum"),
        ("rejudge_beyond = -1.0", "rejudge_beyond"),
        ('again = ""', "rejudge_beyond needs the prompt"),
        ('whole = "up"', "whole"),
        ("colour = 1", "colour"),
        ("points = {7 = 7, 0 = 0}", "points must name each of 0, 1, 2"),
        ("sampling = {temperature = -1.0}", "temperature"),
        ("sampling = {top_p = 0.0}", "top_p"),
        ("sampling = {max_tokens = 0}", "max_tokens"),
        ("sampling = {seed = 1}", "seed"),
        ("sampling = {", "mine.toml"),
    ],
)
def test_a_field_that_is_wrong_is_named(own: Path, line: str, words: str) -> None:
    """The error names the file and the key, or says what would be right."""
    with pytest.raises(ConfigError) as found:
        read_jury(with_line(own, line))
    assert words in f"{found.value} {found.value.hint}"
    assert "mine.toml" in str(found.value)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ('{1 = 7.0, "0.5" = 7.5, 0 = 0.0}', "no better mark has fewer"),
        ('{1 = 7.0, "0.5" = 3.0, 0 = -1.0}', "numbers from 0 on"),
        ('{1 = inf, "0.5" = 3.0, 0 = 0.0}', "numbers from 0 on"),
        ('{1 = nan, "0.5" = 3.0, 0 = 0.0}', "numbers from 0 on"),
        ('{1 = 7.0, "0.5" = nan, 0 = 0.0}', "numbers from 0 on"),
        ('{1 = 7.0, ".5" = 3.0, 0 = 0.0}', "points must name each of 0, 0.5, 1"),
        ('{1 = 7.0, "0.5" = 3.0, 0 = 0.0}', "mean can come to what lies between"),
    ],
)
def test_a_table_of_points_is_whole_and_falls(own: Path, points: str, words: str) -> None:
    """Every mark has its points, no better one fewer, and no mean is taken of them."""
    own.write_text(
        (FOLDER / "deepseekmath-v2.toml").read_text().replace('"deepseekmath-v2"', '"mine"', 1)
        + f"\npoints = {points}\n"
    )
    with pytest.raises(ConfigError, match=words):
        read_jury(own)


@pytest.mark.parametrize(
    ("prompt", "text", "words"),
    [
        ("mark-0-7.md", "Mark {{proof}}.", "has no hole {{code}}"),
        ("mark-0-7.md", "{{code}} {{statement}}", "has no hole {{proof}}"),
        ("mark-0-7.md", "{{code}} {{proof}} {{others}}", "asks for {{others}}"),
        ("mark-0-7.md", "{{code}} {{proof}} {{answer}}", "asks for {{answer}}"),
        ("again-0-7.md", "{{code}} {{proof}}", "has no hole {{others}}"),
        ("restyle.md", "{{code}} {{proof}} {{rubric}}", "asks for {{rubric}}"),
        ("restyle.md", "{{code}} {{proof}} {{reference}}", "asks for {{reference}}"),
        ("restyle.md", "", "has no hole"),
    ],
)
def test_a_prompt_that_lacks_a_hole_or_has_too_many_is_refused(
    own: Path, prompt: str, text: str, words: str
) -> None:
    """No jury marks without a fence, in a second round without marks, or copies with a scheme."""
    (own.parent / "prompts" / prompt).write_text(text)
    with pytest.raises(ConfigError) as found:
        read_jury(own)
    assert words in str(found.value)


def test_a_prompt_that_is_not_there_is_named(own: Path) -> None:
    (own.parent / "prompts" / "restyle.md").unlink()
    with pytest.raises(TaskDataError, match="restyle"):
        read_jury(own)
    (own.parent / "prompts" / "restyle.md").write_bytes(b"\xff{{code}}{{proof}}")
    with pytest.raises(TaskDataError, match="restyle"):
        read_jury(own)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"id = 1", b"[[[["])
def test_what_is_no_jury_file_is_an_error_with_its_name(own: Path, content: bytes) -> None:
    own.write_bytes(content)
    with pytest.raises(ConfigError, match="mine"):
        read_jury(own)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("imoo", "did you mean imo"),
        ("math-arena", "matharena"),
        ("proofbench", "proofbench-mean or proofbench-zero-veto"),
        ("person", "people"),
        ("zzz", "there is answers, deepseekmath-v2, imo, "),
        ("missing.toml", "name a file that exists"),
        ("tests", "there is|did you mean"),
    ],
)
def test_an_unknown_jury_has_near_misses(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as found:
        find_jury(name, jury_folders())
    assert any(words in found.value.hint for words in hint.split("|")), found.value.hint


def test_what_is_whole_is_known_before_anything_is_marked() -> None:
    """Of the shipped juries those that take a mean can come to what the IMO does not know."""
    whole = {name: read_jury(place)[0].gives_whole for name, place in juries_in([FOLDER]).items()}
    assert whole == {
        "answers": True,
        "imo": True,
        "matharena": True,
        "opc": True,
        "proofbench-mean": False,
        "proofbench-zero-veto": False,
        "deepseekmath-v2": False,
    }
    assert shipped("proofbench-zero-veto", whole="down").file.gives_whole
    halves = {"1": 7.0, "0.5": 3.5, "0": 0.0}
    assert not shipped("deepseekmath-v2", aggregate=Aggregate.MIN, points=halves).file.gives_whole


def test_the_hash_covers_what_can_change_a_mark_and_nothing_else() -> None:
    """A certificate is of models, words and arithmetic, not of a title or a server's address."""
    jury = shipped("imo", "a", "b")

    def of(*jurors: Juror) -> str:
        return msgspec.structs.replace(jury, jurors=jurors).sha256

    def juror(name: str, **args: str) -> Juror:
        return Juror(name=name, backend="openai", args=tuple(sorted(args.items())))

    a, b = juror("a"), juror("b")
    assert of(a, b) == jury.sha256
    assert of(juror("a", base_url="http://x", max_tries="2"), b) == jury.sha256
    assert shipped("imo", "a", "b", title="t", source="s").sha256 == jury.sha256
    words = Template(name="mark", text="{{code}}{{proof}}")
    others = {
        of(a),
        of(a, juror("c")),
        of(juror("a", extra_body='{"reasoning_effort":"low"}'), b),
        of(juror("a", model="another"), b),
        of(juror("a", wall_s="60"), b),
        of(juror("a", think_tags="keep"), b),
        of(msgspec.structs.replace(a, facts=(("weights", "1"),)), b),
        of(msgspec.structs.replace(a, facts=(("weights", "2"),)), b),
        shipped("imo", "a", "b", votes=5).sha256,
        shipped("imo", "a", "b", aggregate=Aggregate.MIN).sha256,
        shipped("imo", "a", "b", quorum=0.9).sha256,
        shipped("imo", "a", "b", rejudge_beyond=1.0).sha256,
        msgspec.structs.replace(jury, templates=(words, *jury.templates[1:])).sha256,
        jury.sha256,
    }
    assert len(others) == 14
    assert jury.sha256[:12] in jury.words
