"""Speed and F1 of annotation with other weights and runtimes: bf16, int8, ONNX, `torch.export`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutput

from bench.annotation import raw_texts
from bench.material import Material
from bench.report import Row, not_measured, shown
from bench.timing import in_turns
from sru_ner.dataset.corpus import Corpus, harmonized_sources
from sru_ner.dataset.sentences import Sentence
from sru_ner.decisions.counts import total
from sru_ner.decisions.exact_match import count_exact
from sru_ner.errors import SruNerError
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.export import HiddenStates, dynamic_shapes, export_onnx
from sru_ner.model.prediction import predict_sentences

_SENTENCE = "Tamoxifen may cause endometrial cancer in carriers of the gene."


def measure(
    material: Material,
    model: Path,
    data: Path,
    scratch: Path,
    *,
    sentences: int = 480,
    repeats: int = 5,
) -> Iterator[Row]:
    """Measure the speed of annotating `material`, and F1 on the test data of the model's sources.

    model: folder of a trained model. data: harmonised tables with its sources. sentences: about how
    many are annotated.
    """
    full = Annotator.load(model, precision="fp32")
    variants: dict[str, Annotator] = {}
    for name, make in {**_VARIANTS, **_int8(material)}.items():
        try:
            variants[name] = make(model, scratch)
        except SruNerError as error:
            yield not_measured(f"annotation with {name}, speed", str(error))
    texts = raw_texts(material, sentences)
    for title, read, count in (
        ("speed", texts, repeats),
        ("speed of a single sentence", [_SENTENCE], 20 * repeats),
    ):
        sides = {
            name: lambda annotator=annotator, read=read: list(annotator.annotate(read))
            for name, annotator in {"fp32": full, **variants}.items()
        }
        for side in sides.values():
            side()
        times = in_turns(sides, count)
        for name in variants:
            yield shown(
                f"annotation with {name}, {title}",
                times["fp32"].median / times[name].median,
                "× fp32",
                f"{material}, test split: {len(read)} documents; {times[name]}, fp32"
                f" {times['fp32']}",
            )
    yield from _quality(full, variants, data, str(model))


def _quality(
    full: Annotator, variants: Mapping[str, Annotator], data: Path, model: str
) -> Iterator[Row]:
    for source in full.model.config.inventories:
        if source in harmonized_sources(data):
            # Not dev: the model may have learned from it.
            test = Corpus(data, source).split("test").sentences()
            before = _f1(full, source, test)
            for name, annotator in variants.items():
                after = _f1(annotator, source, test)
                yield shown(
                    f"annotation with {name}, F1 on {source}",
                    after - before,
                    "points of test micro F1 (%)",
                    f"{model}: {before:.2f} with fp32, {after:.2f} with {name};"
                    f" {len(test)} sentences",
                )


def _int8(material: Material) -> Mapping[str, Callable[[Path, Path], Annotator]]:
    """Return the int8 forms, with ranges of training texts."""
    texts = Corpus(material.data, material.sources[0]).split("train").table("documents")["text"]
    try:
        from bench.int8 import ways  # noqa: PLC0415
    except ImportError:  # as for the encoder in ONNX, of which the report says so
        return {}
    return ways(texts.to_pylist()[:100])


def _onnx(model: Path, scratch: Path) -> Annotator:
    export_onnx(model, scratch / "onnx")
    return Annotator.load(scratch / "onnx")


def _torch_export(model: Path, scratch: Path) -> Annotator:
    """Load the model with its encoder replaced by the program that `torch.export` makes.

    The package does not offer this; the figures show why.
    """
    annotator = Annotator.load(model, device="cpu", precision="fp32")
    ids = torch.ones(3, 7, dtype=torch.int64)
    program = torch.export.export(
        HiddenStates(annotator.model.encoder),
        (ids, torch.ones_like(ids)),
        dynamic_shapes=dynamic_shapes(annotator.model.config.max_subwords),
        strict=False,
    )
    annotator.model.add_module("encoder", _Exported(program.module()))
    return annotator


class _Exported(nn.Module):
    def __init__(self, program: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        # In a list it is not a submodule: exported modules do not allow `eval()`.
        self._program = [program]

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> BaseModelOutput:
        return BaseModelOutput(last_hidden_state=self._program[0](input_ids, attention_mask))


_VARIANTS: Mapping[str, Callable[[Path, Path], Annotator]] = {
    "bf16 weights": lambda model, _: Annotator.load(model, precision="bf16"),
    "the encoder in ONNX": _onnx,
    "the encoder by torch.export": _torch_export,
}


def _f1(annotator: Annotator, source: str, sentences: Sequence[Sentence]) -> float:
    """Compute micro F1 (%) over the mentions that begin and end with words."""
    config = annotator.model.config
    by_type = count_exact(
        sentences,
        predict_sentences(annotator.model, annotator.tokenizer, sentences),
        source=source,
        labels=config.labels,
        inventories=config.type_inventories(),
    )
    return 100 * (total(by_type.values()).ratios.f1 or 0.0)
