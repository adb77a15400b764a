import csv
import json

import pytest

from sru_ner.corpora.counts import as_csv, as_markdown, count_rows
from sru_ner.corpora.source import Source
from sru_ner.errors import InputError


def source(name, **more):
    return Source.model_validate(
        {
            "name": name,
            "title": name,
            "citation": "no one",
            "licence": "none",
            "reader": "iob",
            "types": {"X": "Thing"},
            "given": {"splits": True, "documents": True, "sentences": True},
            "files": [{"name": "a", "split": "train"}],
            **more,
        }
    )


@pytest.fixture
def reports(tmp_path):
    def split(**counts):
        zero = dict.fromkeys(("in_file", "kept", "repaired", "dropped", "refused"), 0)
        return {"mentions": {**zero, **counts}}

    splits = {"train": split(in_file=1000, kept=998, refused=2), "test": split(in_file=9, kept=9)}
    for name in ("one", "two", "three"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"splits": splits}))
    return tmp_path


def test_rows_are_counted_as_they_were_published(reports):
    sources = [
        source("one", published={"train": 1003, "test": 9}, note="Three are gone."),
        source("two"),
        source("three", published={"test": 9}, published_unchecked=True, note="Other files."),
    ]
    rows = count_rows(sources, reports)
    shown = [(r.source, r.splits, r.in_files, r.refused, r.published, r.difference) for r in rows]
    assert shown == [
        ("one", "train", 1000, 2, 1003, -3),
        ("one", "test", 9, 0, 9, 0),
        ("two", "train+test", 1009, 2, None, None),
        ("three", "test", 9, 0, 9, 0),
    ]
    *_, first, second, third, fourth = as_markdown(rows).splitlines()
    assert first == "| one | train | 1,000 | 998 | 0 | 0 | 2 | 1,003 | -3 | Three are gone. |"
    assert second.endswith("| 9 | +0 |  |")
    assert third.endswith("| – | – |  |")
    unchecked = "The published counts were not checked against the paper. Other files."
    assert fourth.endswith(f"| +0 | {unchecked} |")
    table = list(csv.DictReader(as_csv(rows).splitlines()))
    assert (table[0]["difference"], table[2]["published"]) == ("-3", "")


def test_a_source_without_a_report_is_named(reports):
    with pytest.raises(InputError, match="sru-ner harmonize four"):
        count_rows([source("four")], reports)
