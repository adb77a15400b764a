"""Loads a model whose encoder runs in ONNX Runtime; the recurrence runs in torch.

`sru-ner export` writes the folder of such a model. Next to the configuration and the tokenizer, it
has the encoder in `encoder.onnx`; `model.safetensors` holds only the weights of the recurrence.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from sru_ner.environment.extras import not_installed
from sru_ner.errors import InputError, first_line
from sru_ner.inference.tokenizer import load_tokenizer
from sru_ner.model.description import Description
from sru_ner.model.network import HiddenStates, Network, TrainedNetwork
from sru_ner.model.weights import WEIGHTS_FILE, check_digest
from sru_ner.model.wordpieces import Tokenizer

ENCODER_FILE = "encoder.onnx"
_AGAIN = "copy the whole folder again, or export the model again with `sru-ner export`"


class OnnxEncoder(torch.nn.Module):
    """Encoder that is called as one of torch and runs in ONNX Runtime."""

    def __init__(self, path: Path) -> None:
        """path: ONNX file whose graph has the inputs input_ids and attention_mask, (B, L) int64.

        Raises `InputError` for a file that ONNX Runtime cannot read.
        """
        super().__init__()
        try:
            import onnxruntime  # noqa: PLC0415
        except ImportError as error:
            raise not_installed(error) or error from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        # Threads that spin between two calls would hold the cores that the recurrence needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the library's errors have no base of their own
            raise InputError(
                f"the encoder is damaged or not complete ({first_line(error)})",
                path=path,
                remedy=_AGAIN,
            ) from error

    @property
    def width(self) -> int:
        """Width d of the hidden states."""
        return int(self._session.get_outputs()[0].shape[-1])

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> HiddenStates:
        """Return the hidden states (B, L, d) float32, also those of padding.

        input_ids, attention_mask: (B, L) int64.
        """
        inputs = {"input_ids": input_ids.numpy(), "attention_mask": attention_mask.numpy()}
        [hidden] = self._session.run(None, inputs)
        return HiddenStates(last_hidden_state=torch.from_numpy(hidden))


def load_exported(folder: Path, device: str | None, precision: str) -> tuple[Network, Tokenizer]:
    """Load an exported model, in evaluation mode, and its tokenizer.

    Raises `InputError` for a device other than the CPU, a precision other than fp32, and for files
    that are damaged or of different models.
    """
    if device not in (None, "cpu") or precision != "fp32":
        raise InputError(
            f"an exported model runs on the CPU in fp32, not on {device or 'cpu'} in {precision}",
            path=folder,
            remedy="use the model that it was exported from",
        )
    for name in (ENCODER_FILE, WEIGHTS_FILE):
        check_digest(folder / name)
    encoder = OnnxEncoder(folder / ENCODER_FILE)
    model = TrainedNetwork(Description.of_folder(folder), encoder, encoder.width)
    weights = load_file(folder / WEIGHTS_FILE)
    own = {name.removeprefix("sru."): each for name, each in weights.items()}
    try:
        model.sru.load_state_dict(own)
    except RuntimeError as error:
        raise InputError(
            "the weights are not those of an exported model with this config.json",
            path=folder / WEIGHTS_FILE,
            remedy=_AGAIN,
        ) from error
    return model.eval(), load_tokenizer(folder, model.config)
