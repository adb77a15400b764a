from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from sru_ner.errors import InputError
from sru_ner.harmonize.store import load_sentences
from sru_ner.inference.predict import load, predict_sentences, predict_words, sentence_words
from sru_ner.model.actions import WordSpan
from sru_ner.model.modeling import SruNerModel


def test_long_sentences_are_read_in_windows_without_losing_words(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    words = ["aspirin", "treats", "headache", "in", "mice", "."] * 30
    [found] = predict_words(model, tokenizer, [words])
    limit = model.config.max_subwords - 2
    starts = range(0, len(words), limit)
    parts = predict_words(model, tokenizer, [words[start : start + limit] for start in starts])
    assert parts[0]
    assert parts[-1]
    assert [p[:3] for p in found] == [
        (start + p.start, start + p.end, p.label)
        for start, part in zip(starts, parts, strict=True)
        for p in part
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
