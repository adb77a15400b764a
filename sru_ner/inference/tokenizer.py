"""Loads the tokenizer of a trained model."""

from pathlib import Path

from transformers import AutoTokenizer, PreTrainedTokenizerBase

from sru_ner.errors import InputError, first_line
from sru_ner.model.configuration import SruNerConfig

_AGAIN = "copy or download the whole folder again: its files are damaged or of different models"


def load_tokenizer(folder: Path, config: SruNerConfig) -> PreTrainedTokenizerBase:
    """Load the tokenizer in a model folder.

    Program code in the folder is never run. Raises `InputError` if the tokenizer needs such code,
    if its files are damaged, and if it has more sub-words than the encoder.
    """
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            str(folder), config=config, local_files_only=True, trust_remote_code=False
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
    sub_words = config.encoder_config().vocab_size
    if len(tokenizer) > sub_words:
        raise InputError(
            f"the tokenizer has {len(tokenizer):,} sub-words, but the encoder {sub_words:,}",
            path=folder,
            remedy=_AGAIN,
        )
    return tokenizer
