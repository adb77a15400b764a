import pytest

from sru_ner.dataset.store import load_sentences
from sru_ner.errors import InputError
from sru_ner.files import write_json
from sru_ner.manifests.excluded import NOTHING, HeldOut, read_held_out


def test_sentences_and_mentions_of_the_other_documents_are_left(harmonized):
    sentences = load_sentences(harmonized, "chemicals", "dev")
    first = sentences[0].document_id
    held_out = HeldOut({("chemicals", "dev"): frozenset({first})})
    assert held_out.sentences(harmonized, "chemicals", "dev") == sentences[1:]
    assert held_out.mentions(harmonized, "chemicals", "dev") == 17
    assert NOTHING.sentences(harmonized, "chemicals", "dev") == sentences
    assert NOTHING.mentions(harmonized, "chemicals", "dev") == 18
    assert len(held_out.sentences(harmonized, "chemicals", "train")) == 18
    assert held_out.counts() == {"chemicals.dev": 1}


def test_read_from_the_manifest(tmp_path):
    splits = {"train": {"sentences": 3, "held_out": ["b", "a"]}, "dev": {"sentences": 1}}
    write_json(tmp_path / "m.json", {"sources": {"chemicals": {"splits": splits}}})
    found = read_held_out(tmp_path / "m.json")
    assert found.listed() == {"chemicals.train": ["a", "b"]}
    with pytest.raises(InputError, match="sru-ner compose"):
        read_held_out(tmp_path / "absent.json")
