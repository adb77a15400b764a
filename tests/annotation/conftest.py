from pathlib import Path

import pytest

from sru_ner.annotation.documents import Options
from sru_ner.annotation.job import Job

SENTENCES = ("Aspirin treats headache in mice.", "The unknown headache - aspirin.", "Mice.", "")


@pytest.fixture
def job(tiny_model: Path) -> Job:
    """Annotate with the tiny model into JSON Lines."""
    types = ["Chemical", "Disease"]
    options = Options(
        batch_size=4, types=types, threshold=dict.fromkeys(types, 0.5), overlaps="all", style="any"
    )
    return Job(str(tiny_model), "jsonl", options, device="cpu")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Folder of five text files of different length."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(5):
        lines = [SENTENCES[(number + i) % 4] for i in range(3 + 4 * number)]
        (folder / f"t{number}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
