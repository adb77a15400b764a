"""F1 against speed: our models beside other tools, all trained on the same sentences.

Each tool was trained on NCBI-Disease and on BC5CDR by `bench.front_training`; what is not trained
is left out. Each reads the same test sentences, in a process of its own with one thread and
with two, in turns with the others.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from bench.front_training import (
    COMMAND,
    SCRIPT,
    TOOLS,
    Span,
    Tool,
    Trained,
    compared_tools,
    sentences_of,
    trained_model,
)
from bench.material import Material
from bench.pictures import Mark, draw_curves, draw_front
from bench.report import Row, at_least, commit_of, not_measured, rows_table, shown
from bench.sides import Side, peer_python
from bench.timing import environment
from sru_ner.environment.device import torch_device, use_bf16
from sru_ner.environment.machine import describe_environment
from sru_ner.errors import SruNerError
from sru_ner.evaluation.confidence.bootstrap import DRAWS, LEVEL, percentiles, resamples
from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table

_THREADS = (1, 2)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a tool did on the test sentences of one corpus."""

    seconds: Mapping[int, float]
    """Median of the repeats, by the number of threads."""
    sentences: int
    """Number that took so long."""
    peak: int
    """Highest resident memory with one thread, in bytes."""
    f1: float
    low: float
    high: float


def measure(
    material: Material,
    scratch: Path,
    table: Path,
    pictures: Path,
    *,
    timed: int = 320,
    turns: int = 5,
) -> Iterator[Row]:
    """Measure all tools that are trained, and write the table and the pictures.

    A tool whose data, settings or packages have changed since is not measured.
    table: the page. pictures: folder for `front.png` and `front_training.png`.
    timed: how many sentences of a corpus are read for their speed. turns: how often. Raises
    `SruNerError` if no tool is trained.
    """
    trained: dict[str, dict[str, Trained]] = {}
    for tool in compared_tools(material):
        try:
            trained[tool.name] = {
                source: trained_model(material, source, tool) for source in material.sources
            }
        except SruNerError as error:
            yield not_measured(f"front, {tool.title}", str(error))
    if not trained:
        return
    if use_bf16("auto", "cpu"):
        trained |= _in_fp32(trained)
    found: dict[str, dict[str, _Found]] = {name: {} for name in trained}
    for source in material.sources:
        models = {name: by_source[source] for name, by_source in trained.items()}
        for name, result in _read(material, source, models, scratch, timed, turns).items():
            found[name][source] = result
    tools = {name: by_source[material.sources[0]].tool for name, by_source in trained.items()}
    rows = list(_rows(tools, found, material.sources))
    write_text(table, _page(tools, found, trained, material.sources, rows))
    marks = [
        Mark(
            tool.title,
            _speed(found[name], 1),
            _mean_f1(found[name]),
            _peak(found[name]),
            ours=tool.ours,
            best=_on_front(name, found),
        )
        for name, tool in tools.items()
    ]
    draw_front(marks, pictures / "front.png")
    curves = {
        source: {
            tool.title: trained[tool.name][source].curve()
            for tool in TOOLS
            if tool.ours and tool.name in trained
        }
        for source in material.sources
    }
    draw_curves(curves, pictures / "front_training.png")
    yield from rows


def _in_fp32(trained: Mapping[str, Mapping[str, Trained]]) -> dict[str, dict[str, Trained]]:
    """Return our models once more, to be read in fp32 where they are read in bf16 by default."""

    def again(each: Trained) -> Trained:
        title = f"{each.tool.title}, in fp32"
        return replace(each, tool=replace(each.tool, title=title, precision="fp32"))

    return {
        f"{name}_fp32": {source: again(each) for source, each in by_source.items()}
        for name, by_source in trained.items()
        if all(each.tool.ours for each in by_source.values())
    }


def _read(
    material: Material,
    source: str,
    models: Mapping[str, Trained],
    scratch: Path,
    timed: int,
    turns: int,
) -> dict[str, _Found]:
    """Let each tool read the test sentences of a corpus once, and some of them in turns."""
    gold = sentences_of(material, source, "test")
    texts = [sentence.text for sentence, _ in gold]
    every = max(1, len(texts) // timed)
    some = texts[::every][:timed]
    types = sorted({span[2] for _, spans in gold for span in spans})
    seconds: dict[str, dict[int, float]] = {name: {} for name in models}
    mentions: dict[str, list[list[Span]]] = {}
    peaks: dict[str, int] = {}
    for threads in _THREADS:
        with ExitStack() as stack:
            sides = {
                name: stack.enter_context(
                    _side(trained, [some, texts], types, threads, scratch / f"{source}-{name}.json")
                )
                for name, trained in models.items()
            }
            taken: dict[str, list[float]] = {name: [] for name in sides}
            for _ in range(turns):
                for name, side in sides.items():
                    taken[name].append(side.read(0)["seconds"])
            for name, side in sides.items():
                seconds[name][threads] = median(taken[name])
                if threads == _THREADS[0]:
                    answer = side.read(1)
                    mentions[name] = [[(s, e, t) for s, e, t in row] for row in answer["mentions"]]
                    peaks[name] = answer["peak"]
    documents = [sentence.document_id for sentence, _ in gold]
    truth = [spans for _, spans in gold]
    return {
        name: _Found(seconds[name], len(some), peaks[name], *_f1(truth, mentions[name], documents))
        for name in models
    }


def _side(
    trained: Trained, parts: Sequence[Sequence[str]], types: Sequence[str], threads: int, work: Path
) -> Side:
    tool = trained.tool
    content = {
        "model": str(trained.model.resolve()),
        "parts": parts,
        "types": types,
        "precision": tool.precision,
    }
    write_text(work, json.dumps(content))
    python = sys.executable if tool.ours else str(peer_python())
    # -P: modules of the script's folder must not hide those of libraries.
    command = [python, "-P", str(SCRIPT), "read", tool.code, str(work)]
    return Side(command, work.with_suffix(".log"), environment(ours=tool.ours, threads=threads))


def _f1(
    gold: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]], documents: Sequence[str]
) -> tuple[float, float, float]:
    """Compute micro F1 (%) of exact mentions, with the 95 % interval over draws of documents."""
    names = {name: number for number, name in enumerate(dict.fromkeys(documents))}
    counts = np.zeros((len(names), 2))
    for ours, theirs, document in zip(found, gold, documents, strict=True):
        both = len(set(ours) & set(theirs))
        counts[names[document]] += 2 * both, len(set(ours)) + len(set(theirs))
    drawn = resamples(len(names), DRAWS, np.random.default_rng(0))
    sums = np.concatenate([counts.sum(axis=0, keepdims=True), *(times @ counts for times in drawn)])
    f1 = 100 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high, _ = percentiles(f1[1:], LEVEL)
    return f1[0], low or 0.0, high or 0.0


def _speed(found: Mapping[str, _Found], threads: int) -> float:
    """Compute sentences per second over all corpora."""
    sentences = sum(each.sentences for each in found.values())
    return sentences / sum(each.seconds[threads] for each in found.values())


def _mean_f1(found: Mapping[str, _Found]) -> float:
    return float(np.mean([each.f1 for each in found.values()]))


def _peak(found: Mapping[str, _Found]) -> float:
    """Return the highest memory over all corpora in MB."""
    return max(each.peak for each in found.values()) / 1e6


def _on_front(name: str, found: Mapping[str, Mapping[str, _Found]]) -> bool:
    """Whether no other tool is at least as exact and at least as fast, and better in one."""
    here = _mean_f1(found[name]), _speed(found[name], 1)
    others = [(_mean_f1(each), _speed(each, 1)) for other, each in found.items() if other != name]
    return not any(
        f1 >= here[0] and speed >= here[1] and (f1, speed) != here for f1, speed in others
    )


def _page(
    tools: Mapping[str, Tool],
    found: Mapping[str, Mapping[str, _Found]],
    trained: Mapping[str, Mapping[str, Trained]],
    sources: Sequence[str],
    measured: Sequence[Row],
) -> str:
    machine = describe_environment(torch_device())
    headings = ("tool", *(f"F1 on {source}" for source in sources), "sentences/s, 1 thread")
    headings += ("2 threads", "memory (MB)", "training (min)", "on the front")
    rows = [
        (
            tool.title,
            *(f"{r.f1:.1f} ({r.low:.1f}–{r.high:.1f})" for r in found[name].values()),
            *(f"{_speed(found[name], threads):.0f}" for threads in _THREADS),
            f"{_peak(found[name]):.0f}",
            _minutes(trained[name].values()),
            "yes" if _on_front(name, found) else "",
        )
        for name, tool in sorted(tools.items(), key=lambda item: -_speed(found[item[0]], 1))
    ]
    lines = [
        "# F1 against speed",
        "",
        "`python -m bench front`: each tool was trained on the training sentences of one corpus,"
        " and read its test sentences, at its default precision. Where the processor computes bf16,"
        " that is ours, and all but spaCy were trained in it. F1 (%) is of exact mentions, with"
        " the 95 % interval over documents. A tool is on the front if none is both as exact (mean"
        " of the corpora) and as fast (one thread). Memory is the peak of the process with one"
        " thread. Training is the processor time on one thread, of all corpora, without that of a"
        " teacher.",
        "",
        f"Machine: {machine['device']}, torch {machine['packages']['torch']};"
        f" commit {commit_of(machine)}.",
        "",
        *_left_out(tools),
        markdown_table(headings, rows, numbers=len(headings) - 2, after=1),
        "![F1 against sentences per second](../docs/images/front.png)",
        "",
        "F1 on dev against the time of training:",
        "",
        "![F1 on dev against minutes](../docs/images/front_training.png)",
        "",
        "What is required of ours:",
        "",
        rows_table(
            [
                replace(row, name=row.name.removeprefix("front, "))
                for row in measured
                if row.required
            ]
        ),
    ]
    return "\n".join([*lines, ""])


def _left_out(tools: Mapping[str, Tool]) -> Iterator[str]:
    missing = [tool for tool in TOOLS if tool.name not in tools]
    if missing:
        titles = "; ".join(tool.title for tool in missing)
        names = " ".join(tool.name for tool in missing)
        yield (
            "Left out, because they are not trained, or not with these data, settings and packages:"
            f" {titles} (`{COMMAND} {names}`)."
        )
        yield ""


def _minutes(trained: Iterable[Trained]) -> str:
    seconds = [each.seconds for each in trained]
    return "–" if None in seconds else f"{sum(filter(None, seconds)) / 60:.0f}"


def _rows(
    tools: Mapping[str, Tool],
    found: Mapping[str, Mapping[str, _Found]],
    sources: Sequence[str],
) -> Iterator[Row]:
    for name, tool in tools.items():
        f1 = ", ".join(f"{source} {found[name][source].f1:.1f}" for source in sources)
        about = f"F1 {f1}; peak memory {_peak(found[name]):.0f} MB; two threads"
        yield shown(
            f"front, {tool.title}",
            _speed(found[name], 1),
            "sentences/s, 1 thread",
            f"{about} {_speed(found[name], 2):.0f} sentences/s",
        )
    for ours, other, ratio, gain in _REQUIRED:
        if not {ours, other} <= set(tools):
            continue
        pair = f"front, {tools[ours].title} against {tools[other].title}"
        if ratio:
            value = _speed(found[ours], 1) / _speed(found[other], 1)
            yield at_least(f"{pair}, speed", value, ratio, "× its sentences/s", "one thread")
        if gain is not None:
            gains = {source: found[ours][source].f1 - found[other][source].f1 for source in sources}
            each = ", ".join(f"{source} {value:+.1f}" for source, value in gains.items())
            yield at_least(f"{pair}, F1", min(gains.values()), gain, "points, the smaller", each)


_REQUIRED = (
    ("tiny", "spacy", 0.8, 1.0),
    ("tiny", "tiny_alone", None, 1.0),
    ("small", "transformers", 1.0, None),
    ("small", "flair", 1.0, None),
    ("small", "gliner", 1.0, None),
)
"""Pairs of our tool and another, with the least ratio of speed and the least gain in F1."""
