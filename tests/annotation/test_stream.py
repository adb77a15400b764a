import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.stream import annotate_to_file, annotate_to_stdout
from sru_ner.errors import InputError


def test_one_file_gets_all_documents_in_order(texts: Path, job: Job, tmp_path: Path) -> None:
    sources = find_sources([str(texts)], SUFFIXES)
    annotate_to_file(sources, job, tmp_path / "out.jsonl", print)
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    lines = [line for n in range(5) for line in (texts / f"t{n}.txt").read_text().splitlines()]
    assert [document["text"] for document in found] == lines


def test_a_file_is_not_written_if_a_source_cannot_be_read(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    (texts / "t3.txt").write_bytes(b"na\xefve")
    sources = find_sources([str(texts)], SUFFIXES)
    with pytest.raises(InputError, match="not UTF-8"):
        annotate_to_file(sources, job, tmp_path / "out.jsonl", print)
    assert [path.name for path in tmp_path.iterdir()] == ["texts"]


def test_standard_output_takes_parquet_but_no_folder(
    texts: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = find_sources([str(texts / "t0.txt")], SUFFIXES)
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    annotate_to_stdout(sources, replace(job, output_format="parquet"), print)
    assert pq.read_table(io.BytesIO(out.getvalue())).num_rows == 3
    with pytest.raises(InputError, match="brat is a folder of files"):
        annotate_to_stdout(sources, replace(job, output_format="brat"), print)
