import json

import pytest

from sru_ner.assessment.items import read_items
from sru_ner.assessment.report import check_folder, write_sample, write_summary
from sru_ner.assessment.sample import draw_sample
from sru_ner.errors import InputError

SETTINGS = {"suite": "demo", "models": ["hidden-m"], "split": "test"}


def draw(candidates_of, **options):
    rows = candidates_of([("hidden-m", "Gene", 0.6, None)] * 6)
    return draw_sample(rows, bands=(0.5, 1), per_stratum=4, seed=1, **options)


def content_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_each_assessor_gets_a_folder_without_the_key(candidates_of, tmp_path):
    sample = draw(candidates_of, assessors=2, shared=0.5)
    write_sample(tmp_path / "s", sample, split="test", guidelines="Be kind.")
    first = content_of(tmp_path / "s")
    assert {path.parts[0] for path in first} == {
        "items.jsonl", "key.parquet", "assessor-1", "assessor-2",
    }  # fmt: skip
    assert read_items(tmp_path / "s/items.jsonl").items == sample.items
    own = [content for path, content in first.items() if path.parts[0] == "assessor-1"]
    assert own
    assert not any(b"hidden-" in content for content in own if not content.startswith(b"PK"))
    assert "Be kind." in (tmp_path / "s/assessor-1/index.html").read_text()
    write_sample(tmp_path / "s", sample, split="test", guidelines="Be kind.")
    assert content_of(tmp_path / "s") == first


def test_the_summary_has_figures_and_no_text(candidates_of, tmp_path):
    write_summary(tmp_path / "r", draw(candidates_of), SETTINGS)
    found = json.loads((tmp_path / "r/strata.json").read_text())
    assert (found["items"], found["drawn"], found["suite"]) == (6, 4, "demo")
    assert found["strata"][0]["probability"] == 0.666667
    text = (tmp_path / "r/summary.md").read_text()
    assert "| notes | Gene | 0.5–1 | – | hidden-m | 6 | 4 |" in text
    assert "Mention" not in text


def test_an_empty_sample_is_written(tmp_path):
    sample = draw_sample([], bands=(0.5, 1), per_stratum=4, seed=1, assessors=2)
    write_sample(tmp_path / "s", sample, split=None)
    write_summary(tmp_path / "r", sample, SETTINGS)
    assert (tmp_path / "s/assessor-1/index.html").exists()
    assert (tmp_path / "s/assessor-2/sheet.csv").exists()
    assert "0 drawn" in (tmp_path / "r/summary.md").read_text()


def test_a_folder_that_is_no_sample_is_not_replaced(tmp_path):
    check_folder(tmp_path / "new")
    (tmp_path / "old").mkdir()
    check_folder(tmp_path / "old")
    (tmp_path / "old/thesis.txt").touch()
    with pytest.raises(InputError, match="no sample"):
        check_folder(tmp_path / "old")
