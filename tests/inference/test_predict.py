from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerBase

from sru_ner.errors import InputError
from sru_ner.harmonize.store import load_sentences
from sru_ner.inference.predict import load, predict_sentences, predict_words, sentence_words
from sru_ner.model.actions import WordSpan
from sru_ner.model.encoder import WordPieces
from sru_ner.model.modeling import SruNerModel

WORDS = ["aspirin", "treats", "headache", "in", "mice", "the"]
"""One sub-word each."""

REACH = 4
"""Words to either side that `see_locally` looks at."""


def see_locally(rows: list[list[int]]) -> list[list[tuple[WordSpan, float]]]:
    """Mentions of rows of one sub-word a word: exact where it sees enough, wrong elsewhere.

    Runs of at least two equal sub-words are mentions, and so is a run's inside. Within reach of a
    row's ends nothing can be relied on: every single word is called a mention there.
    """
    found = []
    for ids in rows:
        spans = []
        for start in range(len(ids)):
            for end in range(start + 1, len(ids) + 1):
                whole = len(set(ids[start:end])) == 1 and end - start >= 2
                cut = start < REACH or end > len(ids) - REACH
                if end - start == 1 if cut else whole:
                    spans.append((WordSpan(start, end, 0), 0.9))
        found.append(spans)
    return found


@pytest.mark.parametrize("batch_size", [1, 7])
@given(
    runs=st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 6)), min_size=60, max_size=90)
)
def test_a_long_sentence_reads_at_every_place_as_in_the_middle_of_a_window(
    tiny_model: Path, batch_size: int, runs: list[tuple[str, int]]
) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    words = [word for word, count in runs for _ in range(count)]
    pieces = [ids[0] for ids in WordPieces(tokenizer)(words)]
    read: list[int] = []

    def decode(*passes: dict[str, torch.Tensor]) -> list[list[tuple[WordSpan, float]]]:
        rows = [
            ids[1 : count + 1].tolist()
            for inputs in passes
            for ids, count in zip(inputs["input_ids"], inputs["word_counts"].tolist(), strict=True)
        ]
        read.extend(len(row) for row in rows)
        return see_locally(rows)

    model.decode = decode  # type: ignore[method-assign]
    [found] = predict_words(model, tokenizer, [words], batch_size=batch_size)
    limit = model.config.max_subwords - 2
    assert max(read) <= limit < sum(read) - len(words) or len(words) <= limit
    [expected] = see_locally([pieces])
    assert [(p.start, p.end) for p in found] == [
        (span.start, span.end)
        for span, _ in sorted(expected, key=lambda s: (s[0].start, -s[0].end))
    ]


def test_sentences_without_words_have_no_mentions(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    assert predict_words(model, tokenizer, [[], ["mice"], []])[0::2] == [[], []]
    assert predict_words(model, tokenizer, []) == []


def test_harmonised_sentences_keep_their_words(tiny_model: Path, harmonized: Path) -> None:
    sentences = load_sentences(harmonized, "chemicals", "dev")
    assert sentence_words(sentences[0]) == ["aspirin", "treats", "headache", "in", "mice", "."]
    model, tokenizer = load(tiny_model, "cpu")
    words = [sentence_words(each) for each in sentences]
    assert predict_sentences(model, tokenizer, sentences) == predict_words(model, tokenizer, words)


def test_prediction_leaves_the_mode_as_it_was(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    model.train()
    predict_words(model, tokenizer, [["mice"]])
    assert model.training


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model\.safetensors"):
        load(tmp_path)
    with pytest.raises(InputError, match="no such model folder"):
        load(tmp_path / "nothing")


def test_an_unknown_device_is_named(tiny_model: Path) -> None:
    with pytest.raises(InputError, match="no device 'gpu9x'"):
        load(tiny_model, "gpu9x")


@pytest.fixture
def packing(tiny_model: Path) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    model, tokenizer = load(tiny_model, "cpu")
    model.config.pack = True
    return model, tokenizer


def test_neighbours_of_a_document_are_read_together_if_they_were_taught_so(
    packing: tuple[SruNerModel, PreTrainedTokenizerBase], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, tokenizer = packing
    rows: list[list[int]] = []

    def decode(*passes: dict[str, torch.Tensor]) -> list[list[tuple[WordSpan, float]]]:
        rows.extend(inputs["word_counts"].tolist() for inputs in passes)
        # The second word, the fourth and fifth, and both sides of a sentence's end.
        found = [(WordSpan(s, e, 0), 0.9) for s, e in ((1, 2), (3, 5), (1, 3))]
        return [[(s, p) for s, p in found if s.end <= n] for row in rows for n in row]

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
    packing: tuple[SruNerModel, PreTrainedTokenizerBase],
) -> None:
    model, tokenizer = packing
    sentences = [["aspirin"], ["headache", "in", "mice"]]
    apart = predict_words(model, tokenizer, sentences, documents=["a", "b"])
    model.config.pack = False
    assert apart == predict_words(model, tokenizer, sentences)
