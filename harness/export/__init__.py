"""Runs as tables for other programs: CSV, Parquet, and the files that lm-eval writes."""

from harness.export.lm_eval import lm_eval_files
from harness.export.parquet import write_parquet
from harness.export.spreadsheet import write_csv
from harness.export.tables import TABLES, Column, Table

__all__ = ["TABLES", "Column", "Table", "lm_eval_files", "write_csv", "write_parquet"]
