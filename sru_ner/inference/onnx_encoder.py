"""A model whose encoder runs in ONNX Runtime; the recurrence stays in torch.

A folder with such a model has `encoder.onnx` beside its configuration and tokenizer, and the
weights of the recurrence alone in `model.safetensors`. `sru-ner export` writes it.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.modeling_outputs import BaseModelOutput

from sru_ner.environment.extras import not_installed
from sru_ner.errors import InputError
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.sru import SlotRecurrentUnit

ENCODER_FILE = "encoder.onnx"
WEIGHTS_FILE = "model.safetensors"


class OnnxEncoder(torch.nn.Module):
    """Stands where the encoder of a model stands."""

    def __init__(self, path: Path) -> None:
        """Load a graph with inputs input_ids and attention_mask, (B, L) int64 each."""
        super().__init__()
        try:
            import onnxruntime  # noqa: PLC0415
        except ImportError as error:
            raise not_installed(error) or error from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        # Between two calls the recurrence needs the cores that spinning threads would hold.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> BaseModelOutput:
        """Hidden states (B, L, d) float32, of padding too."""
        inputs = {"input_ids": input_ids.numpy(), "attention_mask": attention_mask.numpy()}
        [hidden] = self._session.run(None, inputs)
        return BaseModelOutput(last_hidden_state=torch.from_numpy(hidden))


def load_exported(
    folder: Path, device: str | None, precision: str
) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    """The model of an exported folder, in evaluation mode, and its tokenizer.

    Raises `InputError` for another device than the CPU and another precision than fp32.
    """
    if device not in (None, "cpu") or precision != "fp32":
        raise InputError(
            f"an exported model runs on the CPU in fp32, not on {device or 'cpu'} in {precision}",
            path=folder,
            remedy="use the model that it was made from",
        )
    config = SruNerConfig.from_pretrained(str(folder), local_files_only=True)
    with torch.device("meta"):  # the torch encoder is not wanted: it takes no memory
        model = SruNerModel(config)
    model.register_module("encoder", OnnxEncoder(folder / ENCODER_FILE))
    model.sru = SlotRecurrentUnit(config, config.encoder_config().hidden_size)
    weights = load_file(folder / WEIGHTS_FILE)
    model.sru.load_state_dict({name.removeprefix("sru."): each for name, each in weights.items()})
    tokenizer = AutoTokenizer.from_pretrained(str(folder), config=config, local_files_only=True)
    return model.eval(), tokenizer
