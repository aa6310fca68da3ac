"""Protocol files, in a folder for each task."""

from pathlib import Path

FOLDER = Path(__file__).parent
