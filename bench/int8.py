"""Forms of a model whose encoder computes in 8-bit integers, in ONNX Runtime.

None is offered: `python -m bench precision` measures what each one costs.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from transformers import PreTrainedTokenizerBase

from sru_ner.inference.annotator import Annotator
from sru_ner.inference.export import export_onnx
from sru_ner.inference.onnx_encoder import ENCODER_FILE
from sru_ner.inference.tokenizer import of_transformers
from sru_ner.model.batch import encoder_inputs
from sru_ner.model.sequences import encode_words
from sru_ner.model.weights import finish_file
from sru_ner.model.wordpieces import WordPieces
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words

_PRODUCTS = ["MatMul", "Gemm"]
_CALIBRATED = 256
"""Sentences whose activations give the ranges."""


def ways(texts: Sequence[str]) -> Mapping[str, Callable[[Path, Path], Annotator]]:
    """Return name → what makes the form of a model, given its folder and one to write into.

    texts: training texts, of whose activations the ranges are taken.
    """

    def of_batches(source: Path, target: Path, *, leave_out: bool) -> None:
        quantize_dynamic(
            source,
            target,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=_PRODUCTS,
            nodes_to_exclude=_narrowing(source) if leave_out else [],
        )

    def of_texts(source: Path, target: Path) -> None:
        quantize_static(
            source,
            target,
            _Sentences(of_transformers(source.parent), texts),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=_PRODUCTS,
            nodes_to_exclude=_narrowing(source),
            calibrate_method=CalibrationMethod.MinMax,
        )

    named: Mapping[str, Callable[[Path, Path], None]] = {
        "int8, ranges of each batch": partial(of_batches, leave_out=False),
        "int8, ranges of each batch, without the narrowing layers": partial(
            of_batches, leave_out=True
        ),
        "int8, ranges of training texts, without the narrowing layers": of_texts,
    }
    return {
        name: partial(_quantized, number=number, write=write)
        for number, (name, write) in enumerate(named.items())
    }


def _quantized(
    model: Path, scratch: Path, *, number: int, write: Callable[[Path, Path], None]
) -> Annotator:
    # The export takes long; `bench.precision` has measured the same one.
    plain, folder = scratch / "onnx", scratch / f"int8-{number}"
    if not plain.is_dir():
        export_onnx(model, plain)
    shutil.copytree(plain, folder)
    exported = folder / ENCODER_FILE
    prepared, quantized = folder / "prepared.onnx", folder / "quantized.onnx"
    # Without: optimised, products and their biases have become one operator with another name.
    quant_pre_process(exported, prepared, skip_symbolic_shape=True, skip_optimization=True)
    write(prepared, quantized)
    shutil.move(quantized, exported)
    finish_file(exported)
    prepared.unlink()
    return Annotator.load(folder)


def _narrowing(path: Path) -> list[str]:
    """Return the products whose input is wider than their output: the last ones of each layer.

    Their input comes out of GELU. A few of its values are many times larger than the others.
    """
    graph = onnx.load(path).graph
    shapes = {weights.name: list(weights.dims) for weights in graph.initializer}
    names = []
    for node in graph.node:
        for name in node.input[1:2]:
            rows, *columns = shapes.get(name) or [0]
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            if node.op_type in _PRODUCTS and columns:
                narrow = columns[0] > rows if transposed else rows > columns[0]
                names += [node.name] * narrow
    return names


class _Sentences(CalibrationDataReader):
    """Gives the encoder's inputs for some sentences of the texts, one by one."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> None:
        self._inputs = self._read(tokenizer, texts)

    @staticmethod
    def _read(
        tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]
    ) -> Iterator[dict[str, NDArray]]:
        pieces = WordPieces(tokenizer)
        sentences = (text[start:end] for text in texts for start, end in split_sentences(text))
        for sentence in islice(sentences, _CALIBRATED):
            words = [sentence[start:end] for start, end in split_words(sentence, 0)]
            if words:
                inputs = encoder_inputs(encode_words(pieces, [words]), tokenizer)
                yield {name: inputs[name].numpy() for name in ("input_ids", "attention_mask")}

    def get_next(self) -> dict[str, NDArray] | None:
        return next(self._inputs, None)
