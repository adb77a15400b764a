"""What bf16 weights change when annotating: speed, and F1 on a corpus that the model learned."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.annotation import load_annotator, raw_texts
from bench.material import Material
from bench.report import Row, shown
from bench.timing import in_turns
from sru_ner.evaluation.answers import answering_labels
from sru_ner.evaluation.scoring import Counts
from sru_ner.harmonize.store import Sentence, harmonized_sources, load_sentences
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.predict import predict_sentences
from sru_ner.model.labels import type_name


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
    own = answering_labels(config.labels, config.type_inventories(), source)
    own = own & set(config.inventories[source])
    right = predicted = gold = 0
    found = predict_sentences(annotator.model, annotator.tokenizer, sentences)
    for sentence, predictions in zip(sentences, found, strict=True):
        marked = {(m.start, m.end, m.type) for m in sentence.mentions}
        answers = {(p.start, p.end, type_name(p.label)) for p in predictions if p.label in own}
        right += len(marked & answers)
        predicted += len(answers)
        gold += len(marked)
    counts = Counts(tp=right, fp=predicted - right, fn=gold - right)
    return 100 * (counts.ratios.f1 or 0.0)
