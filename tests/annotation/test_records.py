import json
from pathlib import Path

import pytest

from sru_ner.annotation.job import Job
from sru_ner.errors import InputError
from sru_ner.locks import WORK
from tests.annotation.folder_runs import content, run


def test_a_finished_run_has_all_that_was_found_and_does_nothing_again(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(texts, job, out) == ["t0", "t1", "t2", "t3", "t4"]
    before = content(out)
    lines = [
        line
        for name, text in before.items()
        if name.endswith("jsonl")
        for line in text.splitlines()
    ]
    manifest = json.loads(before["_manifest.json"])
    assert manifest["documents"] == len(lines) == sum(3 + 4 * n for n in range(5))
    assert manifest["spans"] == sum(len(json.loads(line)["spans"]) for line in lines) > 20
    with pytest.raises(InputError, match="holds a run already"):
        run(texts, job, out)
    assert run(texts, job, out, resume=True) == []
    assert content(out) == before
    assert run(texts, job, out, anew=True) == ["t0", "t1", "t2", "t3", "t4"]
    assert content(out) == before


def test_only_what_is_missing_or_changed_is_done_again(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(texts, job, out)
    before = content(out)
    (out / "_shards/t1.json").unlink()
    (out / "t2.jsonl").unlink()
    (out / WORK / "ab12_x9z/new/t3.jsonl").mkdir(parents=True)
    assert run(texts, job, out, resume=True) == ["t1", "t2"]
    assert content(out) == before
    assert not list(out.glob(".*"))
    (texts / "t4.txt").write_text("Mice.", encoding="utf-8")
    (texts / "t5.txt").write_text("Aspirin.", encoding="utf-8")
    assert run(texts, job, out, resume=True) == ["t4", "t5"]
    assert json.loads((out / "_manifest.json").read_text())["documents"] == 3 + 7 + 11 + 15 + 2
