"""Data sets and recordings, as they should be and as they should not."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.calibration.readers import READERS, DataSet, read_own, read_recorded
from harness.errors import TaskDataError
from harness.types import Aggregate, Scale

GRADING = READERS["gradingbench"]
DEEPSEEK = READERS["deepseekmath-v2"]
CORPUS = READERS["openproofcorpus"]

HEADER = (
    "Grading ID,Problem ID,Problem,Solution,Grading guidelines,Response,Points,Reward,"
    "Problem Source\n"
)
ROWS = (
    'g1,p1,"Prove, that","As\nfollows",all,"A ""proof"", with\nlines",7,Correct,IMO\n',
    "g2,p1,Prove,As follows,all,Another,6,Almost,IMO\n",
    "g3,p2,Prove,As follows,all,,0,incorrect,IMO\n",
    "g4,p2,Prove,As follows,all,Half,4,Partial,IMO\n",
)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def grading(folder: Path, *rows: str, header: str = HEADER) -> DataSet:
    (folder / "gradingbench.csv").write_text(header + "".join(rows), newline="")
    return GRADING(folder)


def test_the_class_of_a_graded_proof_is_read_and_not_made_of_its_points(tmp_path: Path) -> None:
    """4 points are called partial here and almost elsewhere: what stands in Reward counts."""
    found = grading(tmp_path, *ROWS)
    assert [each.mark for each in found.verdicts] == [7.0, 6.0, 0.0, 1.0]
    assert found.scale is Scale.CLASSES
    assert found.verdicts[0].proof == 'A "proof", with\nlines'
    assert found.verdicts[0].proof_sha256 == sha('A "proof", with\nlines')
    assert found.verdicts[2].proof == ""
    assert found.sha256 == hashlib.sha256((tmp_path / "gradingbench.csv").read_bytes()).hexdigest()
    assert not found.recordings


def test_a_proof_that_is_there_twice_counts_once_and_one_with_two_marks_not_at_all(
    tmp_path: Path,
) -> None:
    """And both are said."""
    found = grading(
        tmp_path,
        *ROWS,
        "g5,p2,Prove,As follows,all,Half,3,Partial,IMO\n",
        "g6,p1,Prove,As follows,all,Another,7,Correct,IMO\n",
    )
    assert [each.mark for each in found.verdicts] == [7.0, 0.0, 1.0]
    assert found.notes[1:] == (
        "2 rows hold a proof of the same problem that another row has too.",
        "1 proofs with two different marks of people are left out.",
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        # A cell was lost, one came in, and two changed their places.
        ("g5,p3,Prove,all,Text,7,Correct,IMO\n", r"row 5 \(line 8\) has 8 cells"),
        ("g5,p3,Prove,So,all,Text,more,7,Correct,IMO\n", r"row 5 \(line 8\) has 10 cells"),
        ("g5,p3,Prove,So,all,7,Text,Correct,IMO\n", r"row 5 \(line 8\), column Points: it holds"),
        ("g5,p3,Prove,So,all,Text,Correct,7,IMO\n", r"column Points: it holds 'Correct'"),
        ("g5,p3,Prove,So,all,Text,7,IMO,Correct\n", r"column Reward: it holds 'IMO'"),
        ("g5,p3,Prove,So,all,Text,7,,IMO\n", r"row 5 \(line 8\), column Reward: it is empty"),
        ("g5,p3,Prove,So,all,Text,,Correct,IMO\n", r"column Points: it is empty"),
        ("g5,p3,Prove,So,all,Text,8,Correct,IMO\n", r"column Points: it holds '8'.*scale 0-7"),
        ("g5,p3,Prove,So,all,Text,3.5,Partial,IMO\n", r"column Points: it holds '3.5'"),
        ("g5,p3,Prove,So,all,Text,7,5,IMO\n", r"column Reward: it holds '5'.*scale 7/6/1/0"),
        ("g5,p3,Prove,So,all,Text,nan,Correct,IMO\n", r"column Points: it holds 'nan'"),
        ("g5,,Prove,So,all,Text,7,Correct,IMO\n", r"column Problem ID: it is empty"),
        ("g1,p3,Prove,So,all,Text,7,Correct,IMO\n", r"column Grading ID.*second time"),
        ('g5,p3,"Prove" it,So,all,Text,7,Correct,IMO\n', r"line 8: .*expected after"),
        ('g5,p3,"Prove,So,all,Text,7,Correct,IMO\n', r"line 8: unexpected end of data"),
    ],
)
def test_a_row_that_has_slipped_is_refused_by_row_and_column(
    tmp_path: Path, row: str, said: str
) -> None:
    """Nothing is guessed: a mark in the next column is a mark of something else."""
    with pytest.raises(TaskDataError, match=said):
        grading(tmp_path, *ROWS, row)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    """A column that is missing, one that is there twice, and no table at all."""
    with pytest.raises(TaskDataError, match="lacks the columns 'Reward'"):
        grading(tmp_path, *ROWS, header=HEADER.replace("Reward", "Rewards"))
    with pytest.raises(TaskDataError, match="has twice the columns 'Points'"):
        grading(tmp_path, *ROWS, header=HEADER.replace("Reward", "Points"))
    with pytest.raises(TaskDataError, match="is empty"):
        grading(tmp_path, header="\n\n")
    (tmp_path / "gradingbench.csv").unlink()
    with pytest.raises(TaskDataError, match="cannot be read") as failed:
        GRADING(tmp_path)
    assert "--path" in failed.value.hint


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Latin letters of another encoding, and a NUL."""
    place = tmp_path / "gradingbench.csv"
    place.write_bytes(HEADER.encode() + b"g1,p1,\xe9,x,x,x,7,Correct,x\n")
    with pytest.raises(TaskDataError, match="no UTF-8"):
        GRADING(place)
    place.write_bytes(HEADER.encode() + b"g1,p1,\x00,x,x,x,7,oh,x\n")
    with pytest.raises(TaskDataError, match=r"gradingbench.csv (line 2|row 1)"):
        GRADING(place)


def test_a_very_long_proof_is_read_and_the_limit_of_others_is_left_alone(tmp_path: Path) -> None:
    """The csv module stops at 128 Ki by itself."""
    import csv

    before = csv.field_size_limit()
    long = "x" * 1_000_000
    found = grading(tmp_path, f"g1,p1,Prove,So,all,{long},7,Correct,IMO\n")
    assert len(found.verdicts[0].proof) == 1_000_000
    assert csv.field_size_limit() == before


# --- DeepSeekMath-V2 --------------------------------------------------------------------------


def line(problem: str, automatic: Any, human: Any, proof: str = "So it is.") -> dict[str, Any]:
    return {
        "problem_idx": problem,
        "question": "Prove.",
        "grading guidelines": "all",
        "model_prediction": {
            "proof": proof,
            "average_automatic_rating": automatic,
            "human_rating": human,
        },
    }


def deepseek(folder: Path, *lines: Any) -> DataSet:
    text = "".join(json.dumps(each) + "\n" for each in lines)
    (folder / "IMO2025.jsonl").write_text(text)
    return DEEPSEEK(folder)


def test_a_mean_of_ratings_is_a_mark_without_votes(tmp_path: Path) -> None:
    """It may lie between the values of the scale; where there is none, there is no vote."""
    found = deepseek(tmp_path, line("1", 0.9375, 0), line("2", 1.0, 7), line("3", None, 7))
    assert [each.mark for each in found.verdicts] == [0.0, 7.0, 7.0]
    assert {each.family for each in found.verdicts} == {"deepseek"}
    (recording,) = found.recordings
    marks = recording.judged(Aggregate.MEAN)
    assert [each.mark for each in marks] == [0.9375, 1.0, None]
    assert {each.votes for each in marks} == {()}
    assert {each.scale for each in marks} == {Scale.HALVES}
    assert found.verdicts[0].guidelines == "all"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line("1", 1.5, 7), r"row 2: .*<= 1.*average_automatic_rating"),
        (line("1", "1", 7), r"row 2: .*average_automatic_rating"),
        (line("1", 1.0, 8), r"row 2: .*<= 7.*human_rating"),
        (line("1", 1.0, 6.5), r"row 2: .*human_rating"),
        (line("1", 1.0, None), r"row 2: .*human_rating"),
        (line("1", 1.0, True), r"row 2: .*human_rating"),
        (line("1", 1.0, 7, proof=""), r"row 2: .*proof"),
        (line("", 1.0, 7), r"row 2: .*problem_idx"),
        ({"problem_idx": "1", "question": "Prove."}, r"row 2: .*model_prediction"),
        ([1, 2], r"row 2: Expected `object`"),
    ],
)
def test_an_output_that_is_not_one_is_refused(tmp_path: Path, bad: Any, said: str) -> None:
    """By its row, and the field in it."""
    with pytest.raises(TaskDataError, match=said):
        deepseek(tmp_path, line("0", 1.0, 7), bad)


def test_a_folder_without_outputs_is_named(tmp_path: Path) -> None:
    """And so is a file that is cut off in the middle of a line."""
    with pytest.raises(TaskDataError, match=r"holds no \.jsonl file"):
        DEEPSEEK(tmp_path)
    (tmp_path / "cut.jsonl").write_text(json.dumps(line("1", 1.0, 7))[:-9])
    with pytest.raises(TaskDataError, match=r"cut\.jsonl row 1: "):
        DEEPSEEK(tmp_path)


# --- the Open Proof Corpus ---------------------------------------------------------------------


def entry(problem: str, truth: str, faults: list[str] | None, **more: Any) -> dict[str, Any]:
    proof = f"proof of {problem} {truth}"
    return {
        "problem_id": problem,
        "model_id": "openai/o3",
        "prompt": [
            {
                "content": "Judge.\n### Problem Statement:\nProve.\n\n### Model Solution:\n"
                + proof,
                "role": "user",
            }
        ],
        "reward_model": {"ground_truth": truth, "style": "rule"},
        "llm_judgment": None if faults is None else {"result": {"issues": faults}},
    } | more


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[..., DataSet]:
    arrow = pytest.importorskip("pyarrow", reason="the extra `data` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")

    def write(*entries: dict[str, Any]) -> DataSet:
        sink = io.BytesIO()
        parquet.write_table(arrow.Table.from_pylist(list(entries)), sink)
        (tmp_path / "test.parquet").write_bytes(sink.getvalue())
        return CORPUS(tmp_path)

    return write


def test_a_proof_without_listed_faults_is_read_as_correct(corpus: Callable[..., DataSet]) -> None:
    """One where nobody looked has no vote; the convention is said."""
    found = corpus(
        entry("a", "correct", []), entry("b", "incorrect", ["gap"]), entry("c", "correct", None)
    )
    assert [each.mark for each in found.verdicts] == [1.0, 0.0, 1.0]
    assert {(each.family, each.contestant) for each in found.verdicts} == {("openai", "openai/o3")}
    assert found.verdicts[0].statement == "Prove."
    assert found.verdicts[0].proof_sha256 == sha("proof of a correct")
    (recording,) = found.recordings
    assert [each.mark for each in recording.judged(Aggregate.MEAN)] == [1.0, 0.0]
    assert "gave no verdict" in found.notes[0]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"reward_model": {"ground_truth": "maybe", "style": ""}}, r"ground_truth: it holds 'mayb"),
        ({"reward_model": {"ground_truth": None, "style": ""}}, r"ground_truth: it is empty"),
        ({"model_id": ""}, r"row 2, column model_id: it is empty"),
        ({"problem_id": None}, r"row 2, column problem_id: it is empty"),
        ({"prompt": [{"content": "Prove.", "role": "user"}]}, r"column prompt: it has no statem"),
        ({"prompt": []}, r"column prompt: it has no statement"),
        ({"llm_judgment": {"result": {"issues": None}}}, r"row 2, column llm_judgment.*no list"),
    ],
)
def test_a_row_of_the_corpus_that_is_not_one_is_refused(
    corpus: Callable[..., DataSet], bad: dict[str, Any], said: str
) -> None:
    """By row and column."""
    with pytest.raises(TaskDataError, match=said):
        corpus(entry("a", "correct", ["x"]), entry("b", "incorrect", ["x"], **bad))


def test_a_file_that_is_no_parquet_is_refused(
    corpus: Callable[..., DataSet], tmp_path: Path
) -> None:
    """Damaged, or without the columns."""
    without = entry("a", "correct", [])
    del without["model_id"]
    with pytest.raises(TaskDataError, match="lacks the columns model_id"):
        corpus(without)
    (tmp_path / "test.parquet").write_bytes(b"PAR1 and nothing more PAR1")
    with pytest.raises(TaskDataError, match="cannot be read"):
        CORPUS(tmp_path)


def test_without_the_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a traceback."""
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "test.parquet").write_bytes(b"PAR1")
    with pytest.raises(TaskDataError, match="pyarrow is not installed") as failed:
        CORPUS(tmp_path)
    assert failed.value.hint == "pip install 'olympiad-harness[data]'"


# --- files of one's own --------------------------------------------------------------------------

OWN = """\
problem,contestant,proof,human,judge,vote
p1,lab/one,It is so.,7,ann,7
p1,lab/one,It is so.,7,ann,6
p1,lab/one,It is so.,7,bob,none
p2,other,"No, not so.",0,ann,0
p3,other,Unseen.,3,,
"""


def own(folder: Path, text: str, name: str = "marks.csv") -> DataSet:
    (folder / name).write_text(text)
    return read_own(folder / name, Scale.POINTS, Scale.POINTS)


def test_rows_are_votes_and_proofs_are_what_they_are_votes_on(tmp_path: Path) -> None:
    """Two votes of one judge, no vote of another, and a proof that no judge saw."""
    found = own(tmp_path, OWN)
    assert [(each.problem, each.mark, each.family) for each in found.verdicts] == [
        ("p1", 7.0, "lab"),
        ("p2", 0.0, "other"),
        ("p3", 3.0, "other"),
    ]
    ann, bob = found.recordings
    assert [each.votes for each in ann.judged(Aggregate.MEAN)] == [(7.0, 6.0), (0.0,)]
    assert [each.mark for each in ann.judged(Aggregate.MEAN)] == [6.5, 0.0]
    assert [each.mark for each in ann.judged(Aggregate.MIN)] == [6.0, 0.0]
    assert [(each.votes, each.mark) for each in bob.judged(Aggregate.MEAN)] == [((None,), None)]


def test_json_lines_say_the_same(tmp_path: Path) -> None:
    """Null is no vote, and a proof may be named by its hash."""
    csv = own(tmp_path, OWN)
    rows = [
        {"problem": "p1", "contestant": "lab/one", "human": 7, "judge": "ann", "vote": 7},
        {"problem": "p1", "contestant": "lab/one", "human": 7, "judge": "ann", "vote": "6"},
        {"problem": "p1", "contestant": "lab/one", "human": 7, "judge": "bob", "vote": None},
    ]
    for row in rows:
        row["proof_sha256"] = sha("It is so.").upper()
    text = "\n\n".join(json.dumps(row) for row in rows)
    found = own(tmp_path, text, "marks.jsonl")
    assert found.recordings[1] == csv.recordings[1]
    assert (
        found.recordings[0].judged(Aggregate.MEAN)[0]
        == (csv.recordings[0].judged(Aggregate.MEAN)[0])
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("p4,x,So.,,ann,7", r"row 6 \(line 7\), column human: it is empty"),
        ("p4,x,So.,9,ann,7", r"row 6 \(line 7\), column human: it holds '9'"),
        ("p4,x,So.,correct,ann,7", r"column human: it holds 'correct', which is not on.*0-7"),
        ("p4,x,So.,7,ann,", r"row 6 \(line 7\), column vote: it is empty"),
        ("p4,x,So.,7,ann,7.5", r"column vote: it holds '7.5'"),
        ("p4,x,So.,7,ann,-1", r"column vote: it holds '-1'"),
        ("p4,x,So.,7,,7", r"column judge: it is empty"),
        ("p4,x,,7,ann,7", r"column proof: it is empty"),
        (",x,So.,7,ann,7", r"column problem: it is empty"),
        ("p4,So.,7,ann,7", r"row 6 \(line 7\) has 5 cells, and the header 6"),
        ("p4,x,So, so.,7,ann,7", r"row 6 \(line 7\) has 7 cells"),
        ("p4,So.,x,ann,7,7", r"column human: it holds 'ann'"),
        ("p1,lab/one,It is so.,6,ann,7", r"column human: it holds 6.0, and 7.0 in .*row 1"),
        ("p1,lab/two,It is so.,7,ann,7", r"column contestant: it holds 'lab/two'"),
        ("p4,x,So.,\u0667,ann,7", r"column human: it holds '\u0667'"),
        ("p4,x,So.,1e0,ann,7", r"column human: it holds '1e0'"),
    ],
)
def test_a_row_of_ones_own_that_has_slipped_is_refused(tmp_path: Path, row: str, said: str) -> None:
    """By row and column, whatever slipped."""
    with pytest.raises(TaskDataError, match=said):
        own(tmp_path, OWN + row + "\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"problem": "p", "proof": "So.", "human": NaN}', r"column human: it holds nan"),
        ('{"problem": "p", "proof": "So.", "human": true}', r"neither text nor number"),
        ('{"problem": "p", "proof": ["So."], "human": 7}', r"column proof: it holds neither"),
        ('{"problem": "p", "proof": "So."}', r"row 1 \(line 1\) lacks the columns 'human'"),
        ('{"problem": "p", "proof": "So.", "human": 7, "mark": 7}', r"not known.*'mark'"),
        ('{"problem": "p", "proof": "So.", "human": 7', r"row 1 \(line 1\) is no JSON"),
        ("[" * 100_000, r"row 1 \(line 1\) is no JSON"),
        ("[7]", r"is no JSON object"),
        ('{"problem":"p","proof":"So.","proof_sha256":"12","human":7}', r"which is no SHA-256"),
        ("", r"is empty"),
        (
            r'{"problem": "p\ud800", "proof": "x", "human": 7}',
            "column problem: it holds half of a character",
        ),
    ],
)
def test_json_that_is_not_a_row_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """By its line."""
    with pytest.raises(TaskDataError, match=said):
        own(tmp_path, text, "marks.jsonl")


def test_a_proof_with_half_of_a_character_is_a_proof(tmp_path: Path) -> None:
    """Models write them; names of problems and judges have none."""
    found = own(tmp_path, r'{"problem": "p", "proof": "x\ud800", "human": 7}', "marks.jsonl")
    assert [each.proof for each in found.verdicts] == ["x\ud800"]


def test_a_hash_that_is_not_the_texts_is_refused(tmp_path: Path) -> None:
    """One of the two belongs to another proof."""
    text = f"problem,proof,proof_sha256,human\np,So.,{sha('Not so.')},7\n"
    with pytest.raises(TaskDataError, match="not that of the text"):
        own(tmp_path, text)


def test_a_recording_goes_with_a_data_set(tmp_path: Path) -> None:
    """Words are marks on their own scale only; every row has a judge."""
    place = tmp_path / "said.csv"
    place.write_text("problem,proof,judge,vote\np,So.,ann,Almost\np,So.,ann,7\n")
    data, (found,) = read_recorded(place, Scale.CLASSES)
    assert data == place.read_bytes()
    assert found.votes == {("p", sha("So.")): [6.0, 7.0]}
    with pytest.raises(TaskDataError, match=r"row 1 .*column vote: it holds 'Almost'"):
        read_recorded(place, Scale.POINTS)
    place.write_text("problem,proof,judge,vote\np,So.,,\n")
    with pytest.raises(TaskDataError, match="column judge: it is empty"):
        read_recorded(place, Scale.CLASSES)
