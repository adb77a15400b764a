"""What bf16 weights change when annotating: speed, and F1 on a corpus that the model learned."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.annotation import load_annotator, raw_texts
from bench.material import Material
from bench.report import Row, shown
from bench.timing import in_turns
from sru_ner.evaluation.answers import count_exact
from sru_ner.harmonize.store import Sentence, harmonized_sources, load_sentences
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.predict import predict_sentences


def measure(
    material: Material, model: Path, data: Path, *, sentences: int = 480, repeats: int = 5
) -> Iterator[Row]:
    """Speed of annotating `material`, and F1 on the dev data of what the model learned from.

    model: folder of a trained one. data: harmonised tables with its sources. sentences: about how
    many are annotated.
    """
    full, half = load_annotator(model), Annotator.load(model, precision="bf16")
    texts = raw_texts(material, sentences)
    sides = {
        name: lambda annotator=annotator: list(annotator.annotate(texts))
        for name, annotator in (("fp32", full), ("bf16", half))
    }
    for side in sides.values():
        side()
    times = in_turns(sides, repeats)
    yield shown(
        "annotation with bf16 weights, speed",
        times["fp32"].median / times["bf16"].median,
        "× fp32",
        f"{material}, test split: {len(texts)} documents; {times['bf16']}, fp32 {times['fp32']}",
    )
    for source in full.model.config.inventories:
        if source in harmonized_sources(data):
            dev = load_sentences(data, source, "dev")
            before, after = (_f1(annotator, source, dev) for annotator in (full, half))
            yield shown(
                f"annotation with bf16 weights, F1 on {source}",
                after - before,
                "points of dev micro F1 (%)",
                f"{model}: {before:.2f} with fp32, {after:.2f} with bf16; {len(dev)} sentences",
            )


def _f1(annotator: Annotator, source: str, sentences: Sequence[Sentence]) -> float:
    """Micro F1 (%) over the mentions that words express."""
    config = annotator.model.config
    counts = count_exact(
        sentences,
        predict_sentences(annotator.model, annotator.tokenizer, sentences),
        source=source,
        labels=config.labels,
        inventories=config.type_inventories(),
    )
    return 100 * (counts.ratios.f1 or 0.0)
