"""The tokenizer without transformers gives the same sub-words."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from sru_ner.environment.embedded_encoder import embedded_folder
from sru_ner.errors import InputError
from sru_ner.inference.loading import load
from sru_ner.inference.word_tokenizer import WordTokenizer, word_tokenizer

SPECIAL = ("unk", "mask", "cls", "bos", "sep", "eos", "pad")
_OPTIONS: dict[str, Any] = {"is_split_into_words": True, "add_special_tokens": False}


@pytest.fixture(scope="module")
def both() -> tuple[Any, WordTokenizer]:
    """The tokenizer of the default encoder, by transformers and by ours."""
    folder = embedded_folder()
    ours = word_tokenizer(folder)
    assert ours is not None
    return AutoTokenizer.from_pretrained(str(folder)), ours


def test_special_tokens_are_those_of_transformers(both: tuple[Any, WordTokenizer]) -> None:
    theirs, ours = both
    for name in SPECIAL:
        assert getattr(ours, f"{name}_token_id") == getattr(theirs, f"{name}_token_id")
    assert len(ours) == len(theirs)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_sub_words_are_those_of_transformers(
    both: tuple[Any, WordTokenizer], words: list[str]
) -> None:
    theirs, ours = both
    each = [[word] for word in [*words, "Naïve", "IL-2Rα", "[SEP]", "ﬁbrin"]]
    assert ours(each, **_OPTIONS)["input_ids"] == theirs(each, **_OPTIONS)["input_ids"]


@pytest.mark.parametrize(
    "changes", [{"tokenizer_class": "DebertaV2Tokenizer"}, {"auto_map": {"AutoTokenizer": "x.Y"}}]
)
def test_other_tokenizers_are_left_to_transformers(
    tiny_model: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    file = folder / "tokenizer_config.json"
    assert word_tokenizer(folder) is not None
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    assert word_tokenizer(folder) is None


def test_a_damaged_tokenizer_is_reported(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match="the tokenizer cannot be loaded"):
        load(folder, "cpu")
