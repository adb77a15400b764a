"""Loads a trained model with transformers, whatever its encoder."""

from pathlib import Path

import torch
from huggingface_hub.errors import StrictDataclassError

from sru_ner.errors import InputError, first_line
from sru_ner.model.modeling import SruNerModel


def load_any(folder: Path) -> SruNerModel:
    """Load a trained model in evaluation mode, with weights in fp32 on the CPU.

    Raises `InputError` for a folder without a whole model.
    """
    try:
        model: SruNerModel = SruNerModel.from_pretrained(
            str(folder),
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            dtype=torch.float32,
        )
    except (OSError, ValueError, StrictDataclassError) as error:
        raise InputError(
            f"the model cannot be loaded: {first_line(error)}",
            path=folder,
            remedy="train it again: `sru-ner train` writes complete folders",
        ) from error
    except RuntimeError as error:
        if "mismatched_sizes" not in str(error):
            raise
        raise InputError(  # transformers has listed the weights on stderr
            "the weights do not fit the sizes in config.json",
            path=folder,
            remedy="copy or download the whole folder again: its files are of different models",
        ) from error
    # The weights are mapped from the file. If somebody copied another model into the folder, they
    # would change or the process crash.
    for weights in (*model.parameters(), *model.buffers()):
        weights.data = weights.data.clone()
    return model.eval()
