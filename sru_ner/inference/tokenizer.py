"""Loads the tokenizer of a trained model."""

from pathlib import Path
from typing import TYPE_CHECKING

from sru_ner.errors import InputError, first_line
from sru_ner.inference.word_tokenizer import WordTokenizer, word_tokenizer
from sru_ner.model.description import Description

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_AGAIN = "copy or download the whole folder again: its files are damaged or of different models"


def load_tokenizer(folder: Path, config: Description) -> "WordTokenizer | PreTrainedTokenizerBase":
    """Load the tokenizer in a model folder, that of a BERT without transformers.

    Program code in the folder is never run. Raises `InputError` if the tokenizer needs such code,
    if its files are damaged, and if it has more sub-words than the encoder.
    """
    tokenizer = word_tokenizer(folder) or of_transformers(folder)
    sub_words = config.encoder.get("vocab_size", len(tokenizer))
    if len(tokenizer) > sub_words:
        raise InputError(
            f"the tokenizer has {len(tokenizer):,} sub-words, but the encoder {sub_words:,}",
            path=folder,
            remedy=_AGAIN,
        )
    return tokenizer


def of_transformers(folder: Path) -> "PreTrainedTokenizerBase":
    """Load the tokenizer in a model folder as one of transformers; see `load_tokenizer`."""
    # Most models do not need it, and it takes long to import.
    from transformers import AutoTokenizer  # noqa: PLC0415

    from sru_ner.model.configuration import SruNerConfig  # noqa: PLC0415
    from sru_ner.model.encoder import forget_loading  # noqa: PLC0415

    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            str(folder),
            config=SruNerConfig.from_pretrained(str(folder), local_files_only=True),
            local_files_only=True,
            trust_remote_code=False,
        )
    except Exception as error:  # the Rust library raises nothing more special
        if "custom code" in str(error):
            raise InputError(
                "the tokenizer is defined by program code in this folder, which is never run",
                path=folder,
                remedy="do not use this model: no model of sru-ner has code of its own",
            ) from None
        raise InputError(
            f"the tokenizer cannot be loaded: {first_line(error)}", path=folder, remedy=_AGAIN
        ) from error
    forget_loading(tokenizer)
    return tokenizer
