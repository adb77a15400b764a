from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from sru_ner.dataset.corpus import Corpus, CorpusSplit
from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.model.actions import WordSpan, spans_of_steps
from sru_ner.model.sequences import GoldSteps
from sru_ner.model.wordpieces import WordPieces
from sru_ner.training.preparation import SKIPPED, prepare_sources, tokenize_sentences
from sru_ner.training.tokenized import TokenizedSource

WORDS = ("the", "aspirin", "mice", "brca1", "in")
TYPES = ("Chemical", "Disease")


@pytest.fixture(scope="module")
def pieces(tiny_encoder: Path) -> WordPieces:
    return WordPieces(AutoTokenizer.from_pretrained(tiny_encoder))


def sentence(words: Sequence[str], *mentions: Mention, document: str = "d") -> Sentence:
    starts = [sum(len(w) + 1 for w in words[:i]) for i in range(len(words))]
    offsets = tuple((s, s + len(w)) for s, w in zip(starts, words, strict=True))
    return Sentence("s", "train", document, 0, " ".join(words), 0, offsets, mentions)


def spans(content: TokenizedSource) -> list[list[WordSpan]]:
    rows = zip(content.steps, content.actions, strict=True)
    return [spans_of_steps(GoldSteps(steps, actions).lists()) for steps, actions in rows]


def word_counts(content: TokenizedSource) -> list[int]:
    return [len(row) for row in content.counts]


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """A sentence of one of two documents with mentions that nest or stand apart."""
    words = draw(st.lists(st.sampled_from(WORDS), max_size=9))
    mentions = set()
    for _ in range(draw(st.integers(0, 2)) if words else 0):
        start = draw(st.integers(0, len(words) - 1))
        mentions.add(Mention(start, start + 1, draw(st.sampled_from(TYPES))))
        mentions.add(Mention(0, len(words), "Disease"))
    return sentence(words, *mentions, document=draw(st.sampled_from("ab")))


@settings(deadline=None)
@given(st.lists(sentences(), max_size=8), st.booleans(), st.integers(8, 24))
def test_sequences_hold_all_words_in_order_and_fit(
    pieces: WordPieces, given_sentences: list[Sentence], packed: bool, limit: int
) -> None:
    content = tokenize_sentences(given_sentences, TYPES, pieces, limit, packed=packed)
    words = [word for one in given_sentences for word in one.text.split()]
    assert content.ids.values.tolist() == [i for each in pieces(words) for i in each]
    assert content.counts.values.tolist() == [len(each) for each in pieces(words)]
    assert all(content.lengths <= limit)
    assert content.kept["sequences"] == len(content)
    assert content.kept["mentions"] == sum(map(len, spans(content)))
    mentions = sum(len(one.mentions) for one in given_sentences)
    assert (
        content.kept["mentions"]
        + sum(
            content.skipped.get(reason, 0) for reason in ("crossing_mentions", "mentions_too_long")
        )
        == mentions
    )


@settings(deadline=None)
@given(st.lists(sentences(), max_size=8))
def test_packing_moves_mentions_and_drops_none(
    pieces: WordPieces, given_sentences: list[Sentence]
) -> None:
    packed = tokenize_sentences(given_sentences, TYPES, pieces, 10_000, packed=True)
    single = tokenize_sentences(given_sentences, TYPES, pieces, 10_000, packed=False)

    def placed(content: TokenizedSource) -> list[tuple[int, int, int]]:
        offset, found = 0, []
        for count, row in zip(word_counts(content), spans(content), strict=True):
            found += [(offset + s.start, offset + s.end, s.type) for s in row]
            offset += count
        return found

    assert placed(packed) == placed(single)
    assert packed.kept["sentences"] == single.kept["sentences"] == len(single)


def test_sentences_of_one_document_are_packed(pieces: WordPieces) -> None:
    drug = Mention(1, 2, "Chemical")
    content = tokenize_sentences(
        [
            sentence(["the", "aspirin"], drug),
            sentence([]),
            sentence(["in", "aspirin", "mice"], drug),
            sentence(["the", "mice"]),
            sentence(["the", "mice"], document="e"),
        ],
        TYPES,
        pieces,
        max_subwords=8,
        packed=True,
    )
    assert word_counts(content) == [5, 2, 2]
    assert spans(content) == [[WordSpan(1, 2, 0), WordSpan(3, 4, 0)], [], []]
    assert content.kept == {
        "sentences": 4, "sequences": 3, "mentions": 2, "sentences_packed": 2
    }  # fmt: skip


def test_a_long_sentence_is_cut_outside_its_mentions(pieces: WordPieces) -> None:
    words = ["the"] * 5 + ["aspirin", "aspirin"] + ["mice"] * 5
    content = tokenize_sentences(
        [sentence(words, Mention(5, 7, "Chemical"))], TYPES, pieces, 8, packed=False
    )
    assert word_counts(content) == [5, 6, 1]
    assert spans(content) == [[], [WordSpan(0, 2, 0)], []]
    assert content.skipped == {"sentences_cut": 1}


def test_skipped_mentions_are_counted(pieces: WordPieces) -> None:
    long, crossing = Mention(2, 12, "Chemical"), Mention(1, 4, "Chemical")
    content = tokenize_sentences(
        [sentence(["mice"] * 12, crossing, long)], TYPES, pieces, 8, packed=False
    )
    assert all(row == [] for row in spans(content))
    assert content.skipped == {"crossing_mentions": 1, "sentences_cut": 1, "mentions_too_long": 1}
    assert content.skipped.keys() == SKIPPED.keys()


def test_a_second_run_tokenises_nothing(
    tiny_encoder: Path, harmonized: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(
        inventories: dict[str, list[str]],
        excluded: dict[str, list[str]] | None = None,
        **changed: object,
    ) -> dict[str, TokenizedSource]:
        corpora = {s: Corpus(harmonized, s).without(excluded or {}) for s in inventories}
        options = {
            "splits": ("train",),
            "max_subwords": 32,
            "packed": False,
            "cache": tmp_path,
        }
        tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
        return prepare_sources(corpora, inventories, tokenizer, **options | changed)

    alone = {"chemicals": ["chemicals$Chemical"]}
    first = prepare(alone)

    def read(split: CorpusSplit) -> list[Sentence]:
        raise AssertionError("tokenised again")

    monkeypatch.setattr(CorpusSplit, "sentences", read)
    # How the model calls the types does not matter, nor what else it learns from.
    second = prepare({"chemicals": ["Chemical"]})
    assert second["chemicals"].digest == first["chemicals"].digest
    for other in (
        {"max_subwords": 31},
        {"packed": True},
        {"excluded": {"train": ["1"]}},
        {"splits": ("train", "dev")},
    ):
        with pytest.raises(AssertionError, match="tokenised again"):
            prepare(alone, **other)
    with pytest.raises(AssertionError, match="tokenised again"):
        prepare({"diseases": ["Disease"]})
