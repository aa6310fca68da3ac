"""YAML of a package cannot hurt: no surprise, no bomb, no crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import TaskDataError
from tasks.packages.kattis.yaml_file import Fields, read_yaml

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


def read(folder: Path, content: str) -> Fields:
    (folder / "problem.yaml").write_text(content)
    return read_yaml(folder, folder / "problem.yaml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: 1\na: 2\n", "line 2: a is given twice"),
        ("limits: {memory: 1, memory: 2}\n", "memory is given twice"),
        ("limits:\n  memory: 1\n  'memory': 2\n", "memory is given twice"),
        (BOMB, "unfolds into more than"),
        ("a: &a [*a]\n", "nested too deeply"),
        ("a: " + "[" * 3000 + "]" * 3000, "nested too deeply|cannot be read"),
        ("a: " + "x" * (1 << 20) + "\n", "characters of YAML"),
        ("a: [\n", "not YAML"),
        ("? [a]\n: b\n", "not a text"),
        ("a: !!python/object/apply:os.system [echo]\n", "not YAML"),
        ("a: 2024-13-45\n", "cannot be read"),
        ("a: " + "9" * 5000 + "\n", "cannot be read"),
        ("just words\n", "no map"),
        ("a: b: c\n", "not YAML"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
        ("a: \x07\n", "not YAML"),
    ],
)
def test_bad_yaml_is_refused_with_its_place(tmp_path: Path, content: str, words: str) -> None:
    """A message of one line names the file and what is wrong in it."""
    with pytest.raises(TaskDataError, match=words) as caught:
        read(tmp_path, content)
    assert caught.value.message.startswith(str(tmp_path / "problem.yaml"))
    assert "\n" not in caught.value.message


def test_flags_of_input_validators_may_be_given_twice(tmp_path: Path) -> None:
    """Packages do so, and judging uses neither; the other keys of the file count."""
    given = read(
        tmp_path,
        "range: 0 10\ninput_validator_flags: n=1\ninput_validator_flags: m=1\naccept_score: 10\n",
    )
    assert (given.text("range"), given.number("accept_score", 0)) == ("0 10", 10.0)


def test_text_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """So are bytes of another encoding."""
    (tmp_path / "problem.yaml").write_bytes(b"name: \xff\n")
    with pytest.raises(TaskDataError, match="UTF-8"):
        read_yaml(tmp_path, tmp_path / "problem.yaml")


def test_what_is_harmless_is_read(tmp_path: Path) -> None:
    """A byte-order mark, anchors that are used once or twice, keys that look like numbers."""
    fields = read(tmp_path, "\ufeffa: &x {b: 1}\nc: *x\nd: {<<: *x, b: 2}\n1: yes\non: 3\n")
    assert fields.values == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 2}, "1": True, "on": 3}
    assert read(tmp_path, "").values == {}
    assert read(tmp_path, "# nothing\n").values == {}


def test_values_are_taken_as_their_types(tmp_path: Path) -> None:
    """Numbers that YAML calls texts are numbers; lists and words are interchangeable."""
    fields = read(tmp_path, "n: 1e-3\nw: a  b\nl: [a b, 3]\nt: true\nz:\n")
    assert fields.number("n", 0) == 0.001
    assert fields.words("w") == ("a", "b")
    assert fields.words("l") == ("a", "b", "3")
    assert fields.flag("t")
    assert "z" not in fields
    assert fields.text("z", "none") == "none"
    assert fields.sequence("z") == ()
    assert fields.map("z").values == {}


@pytest.mark.parametrize(
    ("verb", "content"),
    [
        ("text", "k: [a]"),
        ("texts", "k: [[a]]"),
        ("texts", "k: [~]"),
        ("sequence", "k: a"),
        ("number", "k: x"),
        ("number", "k: true"),
        ("number", "k: .inf"),
        ("number", "k: [1]"),
        ("flag", "k: 1"),
        ("map", "k: [1]"),
    ],
)
def test_a_value_of_another_type_is_named(tmp_path: Path, verb: str, content: str) -> None:
    """The key stands in the message."""
    fields = read(tmp_path, content)
    with pytest.raises(TaskDataError, match="k is"):
        getattr(fields, verb)("k", *([0] if verb == "number" else []))


@given(content=st.text(alphabet="ab:-[]{}&*!|>'\"#,? \n\t<0.", max_size=60))
def test_any_text_is_a_map_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    """No text makes the reader fail in another way than its own."""
    folder = tmp_path_factory.mktemp("yaml")
    try:
        fields = read(folder, content)
    except TaskDataError:
        return
    assert all(isinstance(key, str) for key in fields.values)
