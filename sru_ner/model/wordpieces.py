"""Tokenises single words into sub-words; finds the ids of CLS, SEP and padding."""

from collections.abc import Sequence
from typing import Any, Protocol

import regex

from sru_ner.errors import InputError
from sru_ner.text.invisible import without_invisible

_SURROGATE = regex.compile(r"\p{Cs}")

_REMEMBERED_WORDS = 1_000_000
"""Number of distinct words above which the cache is emptied, so that it stays bounded."""


class Tokenizer(Protocol):
    """What the model needs of a tokenizer; those of transformers have it."""

    @property
    def unk_token_id(self) -> Any: ...
    @property
    def mask_token_id(self) -> Any: ...
    @property
    def cls_token_id(self) -> Any: ...
    @property
    def bos_token_id(self) -> Any: ...
    @property
    def sep_token_id(self) -> Any: ...
    @property
    def eos_token_id(self) -> Any: ...
    @property
    def pad_token_id(self) -> Any: ...

    def __call__(self, text: Any, /, *, is_split_into_words: bool, **options: Any) -> Any:
        """Return the ids of the sub-words of each list of words, as `input_ids`."""


class WordPieces:
    """Tokenises single words and caches their sub-words, so that each word is tokenised once.

    A word's sub-words do not depend on its neighbours, nor on characters in it that cannot be seen.
    A word without sub-words gets the unknown token. A lone surrogate, which JSON allows and
    tokenizers reject, is replaced by U+FFFD.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._pieces: dict[str, list[int]] = {}
        unknown = tokenizer.unk_token_id
        self._unknown = [tokenizer.mask_token_id if unknown is None else unknown]

    def __call__(self, words: Sequence[str]) -> list[list[int]]:
        """Return the ids of each word's sub-words; none of the lists is empty."""
        if len(self._pieces) > _REMEMBERED_WORDS:
            self._pieces.clear()
        new = [word for word in dict.fromkeys(words) if word not in self._pieces]
        if new:
            encoded = self._tokenizer(
                [[_SURROGATE.sub("\ufffd", without_invisible(word))] for word in new],
                is_split_into_words=True,
                add_special_tokens=False,
                return_attention_mask=False,
                return_token_type_ids=False,
                verbose=False,
            )["input_ids"]
            self._pieces.update(
                (word, list(ids) or self._unknown) for word, ids in zip(new, encoded, strict=True)
            )
        return [self._pieces[word] for word in words]


def special_ids(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """Return the tokenizer's ids for CLS, SEP and padding.

    Raises `InputError` for a tokenizer that does not mark the ends of a sequence.
    """
    cls = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    sep = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else sep
    if cls is None or sep is None:
        raise InputError(
            f"the tokenizer {type(tokenizer).__name__} has neither CLS/SEP nor BOS/EOS tokens",
            remedy="use an encoder whose tokenizer marks both ends of a sequence",
        )
    return int(cls), int(sep), int(pad)
