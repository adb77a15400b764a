from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.corpus import Corpus
from sru_ner.inference.loading import load
from sru_ner.model.actions import ScoredSpan, WordSpan
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import predict_sentences, predict_words
from sru_ner.model.wordpieces import WordPieces

Loaded = tuple[SruNerModel, PreTrainedTokenizerBase]
WORDS = ["aspirin", "treats", "headache", "in", "mice", "the"]
"""One sub-word each."""

REACH = 9
"""Words to either side that `see_locally` wants to see."""


def see_locally(ids: list[int]) -> list[ScoredSpan]:
    """Mentions of a sequence of one sub-word a word: exact where it sees enough, wrong elsewhere.

    Mentions are two to four equal words, nested ones among them. Where a mention would be within
    reach of an end of the sequence, single words are called mentions instead.
    """
    found = []
    for start in range(len(ids)):
        for end in range(start + 1, min(start + 4, len(ids)) + 1):
            blind = start < REACH or end > len(ids) - REACH
            if end - start == 1 if blind else end - start > 1 == len(set(ids[start:end])):
                found.append(ScoredSpan(WordSpan(start, end, 0), 0.9))
    return found


@pytest.fixture
def local(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """A model that sees locally."""
    model, tokenizer = load(tiny_model, "cpu")

    def decode(*passes: dict[str, torch.Tensor], same_type: bool) -> list[list[ScoredSpan]]:
        return [
            see_locally(ids[1 : count + 1].tolist())
            for inputs in passes
            for ids, count in zip(inputs["input_ids"], inputs["word_counts"].tolist(), strict=True)
        ]

    monkeypatch.setattr(model, "decode", decode)
    return model, tokenizer


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 4)), min_size=10, max_size=80),
    st.sampled_from([1, 7]),
)
def test_a_long_sentence_reads_everywhere_as_in_the_middle_of_a_window(
    local: Loaded, runs: list[tuple[str, int]], batch_size: int
) -> None:
    model, tokenizer = local
    words = [word for word, count in runs for _ in range(count)]
    [found] = predict_words(model, tokenizer, [words], batch_size=batch_size)
    expected = see_locally([ids[0] for ids in WordPieces(tokenizer)(words)])
    assert [(p.start, p.end) for p in found] == sorted(
        ((each.span.start, each.span.end) for each in expected), key=lambda s: (s[0], -s[1])
    )


def test_a_word_of_any_length_is_read(local: Loaded) -> None:
    model, tokenizer = local
    long = ["mice"] * 60 + ["x" * 50_000] + ["mice"] * 60
    [found, _, after] = predict_words(model, tokenizer, [long, ["y" * 50_000], ["mice"] * 40])
    assert {p.start for p in found} >= {55, 62}
    assert after


def test_sentences_without_words_have_no_mentions(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    assert predict_words(model, tokenizer, [[], ["mice"], []])[0::2] == [[], []]
    assert predict_words(model, tokenizer, []) == []


def test_harmonised_sentences_keep_their_words(tiny_model: Path, harmonized: Path) -> None:
    sentences = Corpus(harmonized, "chemicals").split("dev").sentences()
    assert sentences[0].word_strings() == ["aspirin", "treats", "headache", "in", "mice", "."]
    model, tokenizer = load(tiny_model, "cpu")
    words = [each.word_strings() for each in sentences]
    assert predict_sentences(model, tokenizer, sentences) == predict_words(model, tokenizer, words)


def test_prediction_leaves_the_mode_as_it_was(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    model.train()
    predict_words(model, tokenizer, [["mice"]])
    assert model.training


@pytest.fixture
def packing(tiny_model: Path) -> Loaded:
    model, tokenizer = load(tiny_model, "cpu")
    model.config.pack = True
    return model, tokenizer


def test_sentences_of_a_document_are_read_together_if_the_model_was_trained_so(
    packing: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, tokenizer = packing
    rows: list[list[int]] = []

    def decode(*passes: dict[str, torch.Tensor], same_type: bool) -> list[list[ScoredSpan]]:
        rows.extend(inputs["word_counts"].tolist() for inputs in passes)
        # The second word, the fourth and fifth, and both sides of a sentence's end.
        found = [ScoredSpan(WordSpan(s, e, 0), 0.9) for s, e in ((1, 2), (3, 5), (1, 3))]
        return [[each for each in found if each.span.end <= n] for row in rows for n in row]

    monkeypatch.setattr(model, "decode", decode)
    sentences = [["in", "mice"], [], ["the", "mice", "the"], ["in", "mice", "the"]]
    found = predict_words(model, tokenizer, sentences, documents=["a", "a", "a", "b"])
    assert rows == [[5, 3]]
    places = [[(p.start, p.end) for p in each] for each in found]
    # The mention over the sentence's end is in neither of the two; document b is of one sentence.
    assert places == [[(1, 2)], [], [(1, 3)], [(1, 3), (1, 2)]]


def test_documents_do_not_matter_to_a_model_that_read_single_sentences(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    sentences = [["aspirin"], ["headache", "in", "mice"]]
    together = predict_words(model, tokenizer, sentences, documents=["a", "a"])
    assert together == predict_words(model, tokenizer, sentences)
    assert any(together)


def test_sentences_of_different_documents_stay_apart(
    packing: Loaded,
) -> None:
    model, tokenizer = packing
    sentences = [["aspirin"], ["headache", "in", "mice"]]
    apart = predict_words(model, tokenizer, sentences, documents=["a", "b"])
    model.config.pack = False
    assert apart == predict_words(model, tokenizer, sentences)
