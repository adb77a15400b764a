"""Tokenizer of a trained BERT, without transformers, which takes long to import."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from sru_ner.files import read_json

_CLASSES = ("BertTokenizer", "BertTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend")
"""Classes of transformers that do what `tokenizer.json` says, and nothing else."""


class WordTokenizer:
    """Tokenises words; has the part of transformers' tokenizers that the model uses."""

    def __init__(self, tokenizer: Tokenizer, settings: Mapping[str, Any]) -> None:
        """settings: those of tokenizer_config.json, with the names of the special tokens."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer, self._settings = tokenizer, settings
        self.unk_token_id = self._number("unk_token")
        self.mask_token_id = self._number("mask_token")
        self.cls_token_id = self._number("cls_token")
        self.bos_token_id = self._number("bos_token")
        self.sep_token_id = self._number("sep_token")
        self.eos_token_id = self._number("eos_token")
        self.pad_token_id = self._number("pad_token")

    def _number(self, name: str) -> int | None:
        token = self._settings.get(name)
        if isinstance(token, Mapping):
            token = token.get("content")
        return None if token is None else self._tokenizer.token_to_id(token)

    def __len__(self) -> int:
        """Return the number of sub-words."""
        return int(self._tokenizer.get_vocab_size())

    def __call__(
        self, text: Sequence[Sequence[str]], /, *, is_split_into_words: bool, **_: Any
    ) -> dict[str, list[list[int]]]:
        """Return the ids of the sub-words of each list of words, without special tokens."""
        encoded = self._tokenizer.encode_batch(
            list(text), is_pretokenized=is_split_into_words, add_special_tokens=False
        )
        return {"input_ids": [each.ids for each in encoded]}


def word_tokenizer(folder: Path) -> WordTokenizer | None:
    """Load the tokenizer of a model folder; None if it is of another kind, or damaged."""
    file = folder / "tokenizer.json"
    settings = read_json(folder / "tokenizer_config.json", remedy="copy the whole folder again")
    if not (
        file.is_file()
        and isinstance(settings, Mapping)
        and settings.get("tokenizer_class") in _CLASSES
        and "auto_map" not in settings
    ):
        return None
    try:
        return WordTokenizer(Tokenizer.from_file(str(file)), settings)
    except Exception:  # the Rust library raises nothing more special
        return None
