from pathlib import Path

import pytest

from sru_ner.annotation.folder import RunSummary, annotate_to_folder
from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import SruNerError


def test_a_run_is_summed_up_and_resumed(texts: Path, job: Job, tmp_path: Path) -> None:
    out, sources = tmp_path / "out", find_sources([str(texts)], SUFFIXES)
    first = annotate_to_folder(sources, job, out, Incidents())
    documents = sum(3 + 4 * n for n in range(5))
    assert first == RunSummary(5, 0, documents, first.spans)
    again = annotate_to_folder(sources, job, out, Incidents(), resume=True)
    assert again == RunSummary(5, 5, documents, first.spans)


def test_other_shards_are_done_before_a_failure_is_told(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    (texts / "t1.txt").write_bytes(b"na\xefve")
    (texts / "t2.jsonl").write_text('{"text": "Aspirin."}\n{}\n')
    out, sources, incidents = tmp_path / "out", find_sources([str(texts)], SUFFIXES), Incidents()
    with pytest.raises(SruNerError, match=r"1 of 6 shards could not be annotated:\nt1: ") as caught:
        annotate_to_folder(sources, job, out, incidents)
    assert caught.value.remedy == "correct the files, then start again with --resume"
    assert len(list(out.glob("*.jsonl"))) == 5
    assert not (out / "_manifest.json").exists()
    assert incidents.counts == {"lines without a text left out": 1}
