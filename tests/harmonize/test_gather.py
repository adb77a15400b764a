from pathlib import Path

import pytest

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading
from sru_ner.corpora.source import CorpusFile, Source
from sru_ner.harmonize.gather import SplitDocuments, add_file, not_in_files
from sru_ner.harmonize.splits import Listed

SOURCE = Source.model_validate(
    {
        "name": "made_up",
        "title": "Made up",
        "citation": "no one",
        "licence": "none",
        "reader": "pubtator",
        "types": {"Gene": "Gene"},
        "given": {"splits": True, "documents": True, "sentences": False},
        "files": [{"name": "all", "split": "train"}],
    }
)


def document(name, line):
    mention = RawMention(0, 4, "PAX6", "Gene", line + 1)
    return RawDocument(name, "PAX6 binds.", (mention,), line)


@pytest.fixture
def gathered():
    return {"train": SplitDocuments(), "test": SplitDocuments()}


def test_a_repeated_document_is_left_out_with_its_mentions(gathered):
    file = CorpusFile(name="all", split="train")
    reading = Reading((document("7", 1), document("7", 4)), ())
    incidents = add_file(SOURCE, file, reading, {}, gathered, 0.1)
    assert [(i.reason, i.file, i.line, i.mentions) for i in incidents] == [
        ("duplicate_document", "all", 4, 1)
    ]
    train = gathered["train"].outcome()
    assert [d.id for _, d in train.documents] == ["7"]
    assert [(c.kept, c.refused) for c in train.conversions] == [(1, 0), (0, 1)]


def test_what_the_reader_refused_counts_in_the_split_of_the_document_above(gathered):
    file = CorpusFile(name="all", split=("train", "test"))
    listed = {"7": Listed("train", Path("train.txt"), 1), "8": Listed("test", Path("test.txt"), 1)}
    refused = tuple(Incident("refused", "malformed_line", line, "d") for line in (3, 6, 7))
    reading = Reading((document("7", 1), document("8", 4)), refused)
    add_file(SOURCE, file, reading, listed, gathered, 0.1)
    assert {split: g.reader_refused for split, g in gathered.items()} == {"train": 1, "test": 2}


def test_documents_that_only_a_list_has_are_noted(gathered):
    listed = {"9": Listed("test", Path("raw/test.txt"), 3)}
    (incident,) = not_in_files(listed, gathered)
    assert (incident.outcome, incident.place) == ("noted", "test.txt:3: no file has 9")
