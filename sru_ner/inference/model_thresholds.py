"""Reads the thresholds that a model brings along: the lowest scores that count by default.

They were chosen on dev data, and the figures on the model's card were measured with them.
"""

from pathlib import Path

from sru_ner.inference.selection import read_thresholds

THRESHOLDS_FILE = "thresholds.json"
"""File in a model folder with the lowest score of each type, such as `{"Disease": 0.62}`."""


def model_thresholds(folder: Path) -> dict[str, float]:
    """Return the lowest score of each type, from the file in a model folder.

    Returns nothing for a folder without the file: then every mention counts. Raises `InputError`
    for a file that is not of this form.
    """
    path = folder / THRESHOLDS_FILE
    return read_thresholds(path, None)[1] if path.is_file() else {}
