"""Data sets of proofs that people marked, and recordings of what judges said: a file form each.

==================  ==============================================================
file                reads
==================  ==============================================================
corpus.py           the Open Proof Corpus, a Parquet file
deepseek.py         DeepSeekMath-V2's outputs, JSON lines
gradingbench.py     IMO-GradingBench, a CSV file
own_file.py         anyone's marks, CSV or JSON lines
recorded.py         what a judge said, to go with a data set: CSV or JSON lines
table.py            rows with their places, for those of the above that are tables
marks.py            a mark out of a cell
data_set.py         what all of them return
==================  ==============================================================

A row that is not as it must be is refused by file, row and column: a mark that slipped into the
next column would otherwise be a mark of something else.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from harness.calibration.readers.corpus import read_corpus
from harness.calibration.readers.data_set import DataSet, Recording
from harness.calibration.readers.deepseek import read_deepseek
from harness.calibration.readers.gradingbench import read_gradingbench
from harness.calibration.readers.own_file import read_own
from harness.calibration.readers.recorded import read_recorded

READERS: Mapping[str, Callable[[Path], DataSet]] = {
    "openproofcorpus": read_corpus,
    "deepseekmath-v2": read_deepseek,
    "gradingbench": read_gradingbench,
}
"""The data sets that are known by name."""

__all__ = ["READERS", "DataSet", "Recording", "read_own", "read_recorded"]
