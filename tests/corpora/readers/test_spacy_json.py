import pytest

from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.spacy_json import read_spacy


def read(*paragraphs):
    return read_spacy({"paragraphs": list(paragraphs)}, 1, RecordOptions(), [])


def tokens(*pairs):
    return [{"tokens": [{"orth": word, "ner": tag} for word, tag in pairs]}]


def test_entities_of_spacy_3_count_characters_of_the_raw_text():
    sentences = tokens(("IL-2", "-"), ("on", "-"))
    text, (mention,), found = read(
        {"raw": "on"  "", "entities": [], "sentences": tokens(("on", "O"))},
        {"raw": "IL-2 on", "entities": [[0, 4, "Gene"]], "sentences": sentences},
    )  # fmt: skip
    assert text == "on\nIL-2 on"
    assert (mention.start, mention.end, mention.type) == (3, 7, "Gene")
    assert [(s.start, s.end) for s in found] == [(0, 2), (3, 10)]


def test_a_text_without_sentences_leaves_them_to_be_found():
    text, mentions, sentences = read({"raw": "IL-2 on", "entities": [[0, 4, "Gene"]]})
    assert (text, len(mentions), sentences) == ("IL-2 on", 1, None)


@pytest.mark.parametrize(
    ("paragraph", "problem"),
    [
        ({"raw": "IL-2"}, "token 0 has no tag"),
        ({"sentences": tokens(("a", "O"), ("b", "-"))}, "token 1 has no tag"),
        ({"sentences": tokens(("a", "Q"))}, "not a tag of iobes"),
        ({"raw": "x a", "sentences": tokens(("a", "O"))}, "not those of its raw text"),
        ({"sentences": [{"tokens": []}]}, "missing, blank"),
        ({"sentences": [7]}, "not an object with a list of tokens"),
        ({}, "neither a raw text nor sentences"),
        (7, "a paragraph is a whole number"),
    ],
)
def test_what_is_not_known_is_not_guessed(paragraph, problem):
    with pytest.raises(MalformedError, match=problem):
        read(paragraph)


def test_no_paragraph():
    with pytest.raises(MalformedError, match="no paragraph"):
        read()
