from pathlib import Path

import pytest

from sru_ner.errors import InputError
from sru_ner.harmonize.store import load_sentences
from sru_ner.inference.predict import load, predict_sentences, predict_words, sentence_words


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
