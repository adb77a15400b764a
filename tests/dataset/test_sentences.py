from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Mention
from sru_ner.dataset.tables import write_table
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.tables import split_tables
from tests.dataset.two_sources import SENTENCES, TEXT, TYPES, document


def test_sentences_in_document_order_with_mentions_in_words(root):
    sentences = Corpus(root, "one").split("test").sentences()
    assert [(s.document_id, s.sentence_id) for s in sentences] == [
        ("z", 0),
        ("z", 1),
        ("a", 0),
        ("a", 1),
    ]
    first, second, _, last = sentences
    assert (first.source, first.split, first.start, first.text) == ("one", "test", 0, TEXT[:23])
    # Neither "coli. It", which leaves the sentence, nor "ort", which cuts a word.
    assert first.mentions == (Mention(0, 2, "Gene"), Mention(1, 2, "Gene"))
    assert second.mentions == ()
    assert (last.start, last.text) == (24, TEXT[24:])
    assert last.mentions == (Mention(2, 3, "Cell_Line"),)
    assert last.word_strings() == ["It", "is", "short", "-", "lived", "."]


def test_split_without_mentions(root):
    assert [s.mentions for s in Corpus(root, "two").split("train").sentences()] == [(), ()]


def test_types_marked_in_a_document_stand_at_its_sentences(root):
    assert {s.annotated_types for s in Corpus(root, "one").split("train").sentences()} == {None}
    raw = RawDocument("y", TEXT, (), 1, SENTENCES, annotated_types=("gene", "verb"))
    documents = [("f", convert(raw, TYPES)[0]), ("f", document("x"))]
    for name, table in split_tables("two", "train", documents).items():
        write_table(root, name, table, "two", "train")
    found = {
        s.document_id: s.annotated_types for s in Corpus(root, "two").split("train").sentences()
    }
    assert found == {"y": ("Gene",), "x": None}


def test_judged_places_stand_at_the_sentence_whose_words_they_are(root):
    raw = RawDocument(
        "y", TEXT, (RawMention(5, 8, "p53", "gene", 1),), 1, SENTENCES,
        annotated_types=(),
        # The mention; a word that is none; a part of a word, and a place across sentences.
        judged=((5, 8, "gene"), (0, 4, "gene"), (1, 4, "gene"), (18, 26, "gene")),
    )  # fmt: skip
    for name, table in split_tables("two", "train", [("f", convert(raw, TYPES)[0])]).items():
        write_table(root, name, table, "two", "train")
    first, second = Corpus(root, "two").split("train").sentences()
    assert first.judged == (Mention(0, 1, "Gene"), Mention(1, 2, "Gene"))
    assert (first.mentions, first.rejected) == (first.judged[1:], first.judged[:1])
    assert second.judged == ()
