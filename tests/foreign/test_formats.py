"""Files of other programs are read whole: texts, thoughts, ends, costs, and where they are from."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from harness.cli.import_flags import FORMATS as FLAG
from harness.errors import RecordingError, UsageError
from harness.foreign.formats import FORMATS, Request, files_of, generations
from harness.foreign.found import Found
from harness.types import FinishReason
from tests.foreign import examples
from tests.foreign.examples import EXAMPLES, STATEMENT, TEXTS


def read(name: str, *files: Path, **asked: Any) -> list[Found]:
    return [found for _, found in generations(name, files, Request(**asked))]


def test_the_formats_of_the_command_are_those_that_are_read() -> None:
    """No format is offered that nothing reads, and none is left out."""
    assert set(FORMATS) == set(FLAG)
    assert {name for name, _ in EXAMPLES.values()} == set(FORMATS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_generation_is_found_with_its_problem(example: str, tmp_path: Path) -> None:
    """Both samples come out in order, named as their file names them, with the statement."""
    name, write = EXAMPLES[example]
    first, second = read(name, write(tmp_path))
    assert first.names[0] == second.names[0] == "one"
    assert example == "jsonl" or any(STATEMENT in text for text in first.statements)
    assert TEXTS[0] in (first.text or "")
    assert (second.text or "") in ("", TEXTS[1])


@pytest.mark.parametrize("example", EXAMPLES)
def test_where_a_generation_is_from_is_kept(example: str, tmp_path: Path) -> None:
    """Tool, file and hash are known of each, and where in the file it stood."""
    name, write = EXAMPLES[example]
    file = write(tmp_path)
    for found in read(name, file):
        assert found.origin.file == file.name
        assert found.origin.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert found.origin.tool
        assert found.place


def test_lm_eval_tells_model_version_and_sampling(tmp_path: Path) -> None:
    """They stand in the file of results and with each request."""
    first, second = read("lm-eval", examples.lm_eval(tmp_path))
    assert (first.model, first.origin.version, first.origin.task) == ("tiny", "0.4.13", "some_task")
    assert first.sampling["temperature"] == second.sampling["temperature"] == 0.6
    assert [first.sample, second.sample] == [0, 1]


def test_lines_of_another_filter_are_not_more_samples(tmp_path: Path) -> None:
    """lm-eval logs each document once for each filter; the generations are the same."""
    file = examples.lm_eval(tmp_path)
    assert len(file.read_text().splitlines()) == 2
    assert [found.text for found in read("lm-eval", file)] == list(TEXTS)


def test_likelihoods_are_not_taken_for_texts(tmp_path: Path) -> None:
    """A task of multiple choice has nothing to judge, and it is said."""
    row = {"doc_id": 0, "doc": {"id": "one"}, "resps": [[[-1.5, False]], [[-2.5, True]]]}
    file = examples.lines(tmp_path / "samples_x_1.jsonl", [row])
    with pytest.raises(RecordingError, match=r"line 1: resps: holds likelihoods and no text"):
        read("lm-eval", file)


def test_nemo_skills_keeps_thoughts_that_were_cut_out(tmp_path: Path) -> None:
    """They are reasoning, whether they were told apart by the server or by the tool."""
    first, second = read("nemo-skills", examples.nemo_skills(tmp_path))
    assert (first.reasoning, second.reasoning) == ("hm", "so")
    assert (first.tokens_in, first.tokens_out, first.seconds) == (5, 12, 1.5)
    assert first.finish_reason is FinishReason.LENGTH
    assert second.finish_reason is FinishReason.RECORDED
    assert first.sample == 3
    assert first.origin.sampling == {"random_seed": 3}


def test_livecodebench_gives_the_answer_or_else_the_source(tmp_path: Path) -> None:
    """An answer is searched for its submission; a bare source says its language."""
    first, second = read("livecodebench", examples.livecodebench(tmp_path), language="cpp")
    assert (first.language, second.language) == ("", "cpp")
    assert first.text is not None
    assert first.text.startswith("```python")
    assert first.model == "tiny"
    assert first.origin.sampling == {"n": 2, "temperature": 0.2}


def test_livecodebench_without_names_is_refused(tmp_path: Path) -> None:
    """Lists in the order of the benchmark do not say which problem is which."""
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps([["print(1)"], ["print(2)"]]))
    with pytest.raises(RecordingError, match="without a question_id"):
        read("livecodebench", file)


@pytest.mark.parametrize("write", [examples.inspect_json, examples.inspect_eval])
def test_inspect_tells_thoughts_ends_and_failures(write: Any, tmp_path: Path) -> None:
    """What was put aside is back in its place; a sample that failed has no text and says why."""
    first, second = read("inspect", write(tmp_path))
    assert (first.reasoning, first.finish_reason) == ("hm", FinishReason.LENGTH)
    assert (first.tokens_in, first.tokens_out, first.seconds) == (5, 12, 1.5)
    assert first.statements[0] == f"Solve. {STATEMENT}"
    assert (first.origin.version, first.model) == ("0.3.285", "mock/tiny")
    assert first.origin.sampling == {"temperature": 0.6}
    assert second.text is None
    assert second.status == "inspect_ai says: the server went away"


def test_a_log_that_was_cut_off_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    """Without its header an archive still says what was run."""
    whole = examples.inspect_eval(tmp_path)
    cut = tmp_path / "cut.eval"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(cut, "w") as new:
        for info in old.infolist():
            if info.filename != "header.json":
                new.writestr(info, old.read(info))
    assert [found.text for found in read("inspect", cut)] == [TEXTS[0], None]


def test_matharena_tells_thoughts_from_answers(tmp_path: Path) -> None:
    """Blocks of thoughts are reasoning; both forms of an answer are read."""
    first, second = read("matharena", examples.matharena(tmp_path))
    assert (first.text, first.reasoning) == (TEXTS[0], "hm")
    assert (second.text, second.reasoning) == (TEXTS[1], None)
    assert (first.model, first.origin.task) == ("maker/tiny", "sums")
    assert (first.tokens_out, first.seconds, second.seconds) == (12, 1.5, 0.0)


def test_a_conversation_that_ends_without_an_answer_has_no_text(tmp_path: Path) -> None:
    """What was said before a tool's last word is not taken for the answer."""
    runs = examples.matharena_runs()
    runs["messages"] = [[*runs["messages"][0], {"role": "tool_response", "content": "4"}]]
    file = tmp_path / "3.json"
    file.write_text(json.dumps(runs))
    (found,) = read("matharena", file)
    assert (found.text, found.status) == (None, "the conversation ends without an answer")


def test_fields_of_plain_lines_can_be_named(tmp_path: Path) -> None:
    """Whoever has lines of a form of their own says which field is which."""
    row = {"q": "one", "who": "tiny", "completion": "7", "toks": 12, "why": "length"}
    file = examples.lines(tmp_path / "own.jsonl", [row])
    fields = {
        "text": "completion",
        "problem": "q",
        "model": "who",
        "tokens_out": "toks",
        "finish_reason": "why",
    }
    (found,) = read("jsonl", file, fields=fields)
    assert (found.names, found.model, found.text, found.tokens_out) == (("one",), "tiny", "7", 12)
    assert found.finish_reason is FinishReason.LENGTH


def test_what_a_model_wrote_is_not_taken_for_what_it_was_asked(tmp_path: Path) -> None:
    """An answer that quotes a problem is not of that problem, and a number stays a name."""
    line = {"id": 3, "text": STATEMENT, "reasoning": STATEMENT, "prompt": "What is it?"}
    file = tmp_path / "generations.jsonl"
    file.write_text(json.dumps(line) + "\n")
    (one,) = read("jsonl", file)
    assert (one.names, one.statements, one.text) == (("3",), ("What is it?",), STATEMENT)
    line = {"id": 3, "question": STATEMENT, "prompt": "What is it?"}
    file.write_text(json.dumps(line) + "\n")
    (one,) = read("jsonl", file, fields={"text": "question"})
    assert one.statements == ("What is it?",)


def test_a_field_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    """The next step is to name the field that holds the text."""
    file = examples.lines(tmp_path / "own.jsonl", [{"q": "one", "completion": "7"}])
    with pytest.raises(RecordingError, match=r"no field 'text'.*it has q, completion"):
        read("jsonl", file)
    with pytest.raises(UsageError, match="has no 'txt'"):
        read("jsonl", file, fields={"txt": "completion"})


def test_a_folder_is_its_files_of_the_format_in_the_order_people_count(tmp_path: Path) -> None:
    """rs2 comes before rs10; other files stay out."""
    for name in ("output-rs10.jsonl", "output-rs2.jsonl", "metrics.json"):
        (tmp_path / name).write_text("{}")
    found = [file.name for file in files_of("nemo-skills", [tmp_path])]
    assert found == ["output-rs2.jsonl", "output-rs10.jsonl"]
    with pytest.raises(UsageError, match="holds no file of the format lm-eval"):
        files_of("lm-eval", [tmp_path])


def test_halves_of_surrogate_pairs_and_a_mark_of_byte_order_are_read(tmp_path: Path) -> None:
    """Texts that were cut inside a character exist, and files that Windows wrote."""
    file = tmp_path / "said.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b'{"id": "one", "text": "cut \\ud83d"}\n')
    (found,) = read("jsonl", file)
    assert found.text == "cut \ud83d"
