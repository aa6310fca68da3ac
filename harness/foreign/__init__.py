"""Generations that other programs wrote down: read in their formats, told as one kind of thing.

A reader yields a :class:`~harness.foreign.found.Found` for each generation and knows no contest;
:mod:`harness.foreign.matching` says which problem it is of, :mod:`harness.foreign.writing` writes
the recording. Nothing that stands in a file is run, and no file is trusted: sizes, encodings and
schemas are checked, and what is wrong is named by file, line and column.
"""
