from collections import Counter
from pathlib import Path

import pytest

from sru_ner.adding.draft import (
    Contents,
    draft_entry,
    entry_text,
    read_contents,
    write_entry,
)
from sru_ner.adding.files import LocalFile
from sru_ner.corpora.catalog import load_own
from sru_ner.corpora.detect import Format
from sru_ner.corpora.source import read_entry
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[1] / "fixtures"
CONTENTS = Contents(Counter({"drug: x": 2, "null": 1}), {}, documents=True, sentences=False)


@pytest.fixture
def entry(tmp_path):
    path = tmp_path / "train.pubtator"
    path.write_text("1|t|a\n")
    files = [LocalFile(path, ("train", "dev"))]
    types = {"drug: x": "Chemical", "null": None}
    return draft_entry(files, Format("pubtator", {"separator": "\n"}), CONTENTS, types, {})


def test_contents_say_what_the_corpus_gives():
    one = read_contents("x", [LocalFile(FIXTURES / "iob/sentences.tsv", ("train",))], Format("iob"))
    assert one.mentions == Counter({"Chemical": 4, "Disease": 1})
    assert (one.documents, one.sentences) == (False, True)
    files = [LocalFile(FIXTURES / "corpora/conll2003/eng.train", ("train",))]
    two = read_contents("x", files, Format("iob", {"separator": "white_space", "scheme": "iob1"}))
    assert (two.documents, two.sentences) == (True, True)
    assert two.examples["PER"] == "Ada Brill"


def test_an_entry_can_be_read_back_as_it_was(entry, tmp_path):
    path = tmp_path / "own/mine.yaml"
    write_entry(path, entry_text(entry, CONTENTS))
    assert load_own(path.parent) == {"mine": read_entry("mine", entry)}
    text = path.read_text()
    assert "'drug: x': Chemical  # 2 in the files" in text
    assert "given: {splits: false, documents: true, sentences: false}" in text


def test_a_file_that_exists_stays(entry, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("# to be found\n")
    with pytest.raises(InputError, match=f"{path}: this file already exists"):
        write_entry(path, entry_text(entry, CONTENTS))
    assert path.read_text() == "# to be found\n"
