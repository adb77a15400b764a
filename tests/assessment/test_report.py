import json
from xml.etree import ElementTree

import pytest

from sru_ner.assessment.report import write_sample, write_summary
from sru_ner.assessment.sample import draw_sample, in_sentences


@pytest.fixture
def sample(decisions):
    return draw_sample(decisions, bands=(0.5, 0.9, 1.0), per_stratum=1, seed=1)


def test_the_same_bytes_every_time(tmp_path, sample, decisions, sentence, params):
    sentences = in_sentences(sample, decisions, [sentence])
    for name in ("one", "two"):
        write_sample(tmp_path / name, sample, sentences, params)
        write_summary(tmp_path / name / "summary", sample, params)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.*"))
    assert [str(file) for file in files] == [
        "index.html",
        "label_config.xml",
        "sample.csv",
        "sample.label_studio.json",
        "summary/strata.json",
        "summary/summary.md",
    ]
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_summary_has_figures_and_no_corpus_text(tmp_path, sample, params):
    write_summary(tmp_path / "summary", sample, params)
    found = json.loads((tmp_path / "summary" / "strata.json").read_text())
    assert (found["predictions"], found["drawn"], found["outside_bands"]) == (4, 4, 0)
    assert found["strata"][1] == {
        "stratum": "dis/Gene/0.5-0.9",
        "tested": "dis",
        "type": "Gene",
        "low": 0.5,
        "high": 0.9,
        "size": 1,
        "drawn": 1,
        "weight": 1.0,
    }
    written = "".join(p.read_text() for p in (tmp_path / "summary").iterdir())
    assert "| dis | Species | 0.5–0.9 | 1 | 1 |" in written
    for quote in ("Synuclein", "Parkinson", "musculus", "alert"):
        assert quote not in written


def test_an_empty_sample_gives_valid_files(tmp_path, decisions_of, params):
    empty = draw_sample(decisions_of([]), bands=(0.5, 1.0), per_stratum=1, seed=1)
    write_sample(tmp_path / "sample", empty, [], params)
    write_summary(tmp_path / "summary", empty, params)
    assert json.loads((tmp_path / "sample" / "sample.label_studio.json").read_text()) == []
    assert ElementTree.parse(tmp_path / "sample" / "label_config.xml").getroot().tag == "View"
    assert (tmp_path / "sample" / "sample.csv").read_text().count("\n") == 1
    assert json.loads((tmp_path / "summary" / "strata.json").read_text())["strata"] == []
