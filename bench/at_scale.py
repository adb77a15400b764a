"""Annotation of shards: memory over 100,000 abstracts, and the speed of one core on real text."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bench.annotation import raw_texts
from bench.learner import small_model
from bench.material import SYNTHETIC, Material, harmonized_material
from bench.report import Row, at_most, shown
from bench.timing import in_fresh_process, megabytes, peak_memory, timed
from sru_ner.annotation.documents import Options
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import plan_shards
from sru_ner.annotation.records import Record
from sru_ner.annotation.shards import annotate_shard
from sru_ner.corpora.synthetic.generate import generate_more
from sru_ner.inference.loading import chosen_precision
from sru_ner.text.sentences import split_sentences

RATE, LENGTH = "annotation of shards, MiniLM, one core", "abstracts of the test split, length"
"""Names of the rows from which `bench.cost` computes how long all of PubMed would take."""

_TENTHS = 10


def measure(
    material: Material,
    model: Path,
    scratch: Path,
    *,
    abstracts: int = 100_000,
    sentences: int = 2_000,
) -> Iterator[Row]:
    """Measure a small model's memory over synthetic abstracts, and the speed of `model`.

    material: real text for the speed. abstracts: 20 or more, divisible by 10. sentences: about how
    many are read for the speed.
    """
    small = small_model(harmonized_material(SYNTHETIC, scratch), scratch)
    texts = (each.text for each in generate_more("synthetic_full", "test"))
    file = _written(islice(texts, abstracts), scratch / "abstracts.jsonl")
    seconds, peaks = timed(lambda: in_fresh_process(memory_by_tenths, small, file, abstracts))
    yield at_most(
        f"annotation of shards, {abstracts:,} abstracts, memory",
        peaks[-1] / peaks[1],
        1.05,
        "× the peak of the second tenth, in the last",
        f"synthetic abstracts in a JSON Lines file of {megabytes(file.stat().st_size)}, one shard;"
        f" a small model (one layer, 32 wide), {seconds:.0f} s; peaks of resident memory:"
        f" {', '.join(megabytes(peak) for peak in peaks)}",
    )
    real = raw_texts(material, sentences)
    number = sum(len(split_sentences(text)) for text in real)
    file = _written(real, scratch / "real.jsonl")
    seconds, record = in_fresh_process(_one_core, model, file)
    yield shown(
        RATE,
        number / seconds,
        "sentences/s",
        f"{shard_job(model).precision}, {material}, test split: {len(real)} documents with {number}"
        f" sentences from JSON Lines to Parquet, one thread, {seconds:.1f} s without"
        f" loading; {record['spans']} mentions",
    )
    yield shown(
        LENGTH,
        number / len(real),
        "sentences per document",
        f"{material}: {number} sentences of {len(real)} documents, titles included",
    )


def memory_by_tenths(model: Path, file: Path, documents: int) -> list[int]:
    """Return the highest resident memory, in bytes, during each tenth of a file's documents.

    The whole file is one shard.
    """
    job = shard_job(model)
    annotator = job.annotator()
    [shard] = plan_shards(find_sources([str(file)], ()), job)
    peaks: list[int] = []
    size, done = documents // _TENTHS, 0
    current = peak_memory()
    peak = current.__enter__()

    def tick() -> None:
        nonlocal done, current, peak
        done += 1
        if done % size == 0:
            current.__exit__(None, None, None)
            peaks.append(peak.resident)
            current = peak_memory()
            peak = current.__enter__()

    annotate_shard(annotator, shard, job, _folder(file), tick=tick)
    return peaks[:_TENTHS]


def _one_core(model: Path, file: Path) -> tuple[float, Record]:
    """Annotate a file as one shard with one thread.

    Returns the seconds, without loading the model, and the shard's record.
    """
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    job = shard_job(model)
    annotator = job.annotator()
    annotator("Aspirin relieves headache.")
    [shard] = plan_shards(find_sources([str(file)], ()), job)
    return timed(lambda: annotate_shard(annotator, shard, job, _folder(file)))


def shard_job(model: Path) -> Job:
    """Return the job that annotates shards with a model, to Parquet and on the CPU.

    It does so at the default precision.
    """
    options = Options(batch_size=32, types=None, threshold=0.5, overlaps="all", style="any")
    precision = chosen_precision(model, "cpu", "auto")
    return Job(str(model), "parquet", options, device="cpu", precision=precision)


def _folder(file: Path) -> Path:
    folder = file.with_suffix("")
    folder.mkdir(exist_ok=True)
    return folder


def _written(texts: Iterable[str], file: Path) -> Path:
    with file.open("w", encoding="utf-8") as out:
        for text in texts:
            out.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return file
