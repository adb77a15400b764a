"""A type that a split is said to annotate has to have a mention there."""

import pytest

from sru_ner.corpora.source import read_entry
from sru_ner.harmonize.convert import Document, Span
from sru_ner.harmonize.report import SplitOutcome
from sru_ner.harmonize.split_types import types_missing_in_splits
from tests.corpora.material import ENTRY

TYPES = {"Drug": "Chemical", "Med": "Chemical", "Dis": "Disease", "Noise": None}


def source(*splits, **more):
    files = [{"name": f"f{i}", "split": split} for i, split in enumerate(splits)]
    several = any(not isinstance(split, str) for split in splits)
    given = {"splits": not several, "documents": True, "sentences": False}
    entry = {**ENTRY, "types": TYPES, "covers": {}, "files": files, "given": given, **more}
    return read_entry("mine", entry)


def outcome(*types, annotated=None):
    spans = tuple(Span(i, i + 1, type_, type_, 0, 0, False, True) for i, type_ in enumerate(types))
    return SplitOutcome((("f", Document("d", "x" * 9, 1, (), spans, annotated)),), (), 0)


def found(source, **splits):
    incidents = list(types_missing_in_splits(source, TYPES, splits))
    assert all(i.reason == "type_missing_in_split" and i.mentions == 0 for i in incidents)
    return [incident.detail for incident in incidents]


def test_each_file_has_to_show_its_types():
    corpus = source("train", "test")
    both = outcome("Chemical", "Disease")
    assert found(corpus, train=both, test=both) == []
    assert found(corpus, train=both, test=outcome("Disease")) == [
        "according to the entry, the split test annotates Chemical, but no mention there shows it;"
        " list the types that were looked for there as `annotated_types` of the file, or in"
        " `looked_for` those that were looked for although there is none"
    ]
    train, test = found(corpus, train=outcome("Chemical"), test=outcome())
    assert "the split train annotates Disease, but" in train
    assert "the split test annotates Chemical, Disease, but" in test


def test_splits_of_one_file_show_the_types_of_one_another():
    corpus = source(["train", "dev"], "test")
    some, rest = outcome("Chemical"), outcome("Disease")
    assert found(corpus, train=some, dev=rest, test=outcome("Chemical", "Disease")) == []
    (detail,) = found(corpus, train=some, dev=some, test=outcome("Chemical", "Disease"))
    assert "the splits train and dev annotate Disease, but" in detail


def test_splits_of_overlapping_files_belong_together():
    corpus = source(["train", "dev"], "train", "dev")
    assert found(corpus, train=outcome("Chemical"), dev=outcome("Disease")) == []


@pytest.mark.parametrize(
    ("more", "annotated"), [({"looked_for": ["Chemical"]}, None), ({}, ("Disease",))]
)
def test_what_is_stated_needs_no_mention(more, annotated):
    corpus = source("train", "test", **more)
    both, one = outcome("Chemical", "Disease"), outcome("Disease", annotated=annotated)
    assert found(corpus, train=both, test=one) == []
