"""The models that `bench.front` compares: every tool trained on the sentences of the same corpora.

`python -m bench.front_training [TOOL…]` trains all of them, or some: two commands use two cores.
A model is trained once and kept in `.cache/front`. What was interrupted is begun again, or goes on
if the tool can.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from bench.material import Material, find_material
from bench.sides import PEERS, peer_python
from bench.timing import environment
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Sentence
from sru_ner.environment.device import use_bf16
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.environment.provenance import file_digest, git_revision, json_digest
from sru_ner.errors import SruNerError, UnknownNameError
from sru_ner.files import read_json, write_json, write_text
from sru_ner.fitting.request import Request
from sru_ner.inference.loading import Precision
from sru_ner.layout import HARMONIZED
from sru_ner.model.encoder import locate_encoder
from sru_ner.settings.presets import PRESETS, Preset

FOLDER = Path(".cache/front")
COMMAND = "python -m bench.front_training"
ENCODERS_PAGE = "docs/how-to/train-your-own-model.md"
SCRIPT = Path(__file__).with_name("front_side.py")

Span = tuple[int, int, str]
"""Start, end and type of a mention; code points of its sentence, end exclusive."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is trained here."""

    name: str
    title: str
    code: str
    """Its functions in `front_side.py`."""
    preset: Preset = "small"
    """Preset of `sru-ner fit`, if it is ours."""
    start: str | None = None
    """Our tool that it goes on from."""
    teacher: str | None = None
    """Our tool that it learns from, beside the gold mentions."""
    precision: Precision = "auto"
    """Precision in which it reads, if it is ours."""
    encoder: str | None = None
    """Folder in `.cache/front/encoders`, in place of the preset's encoder."""

    @property
    def ours(self) -> bool:
        """Whether it is a model of this package."""
        return self.code == "ours"


TOOLS = (
    Tool("small", "SRU-NER small", "ours"),
    Tool(
        "tiny",
        "SRU-NER tiny, from small and taught by it",
        "ours",
        "tiny",
        start="small",
        teacher="small",
    ),
    Tool("tiny_alone", "SRU-NER tiny, without a teacher", "ours", "tiny"),
    Tool("spacy", "spaCy NER (CNN of en_core_web_sm's size)", "spacy"),
    Tool("transformers", "Hugging Face token classifier, MiniLM", "transformers"),
    Tool("flair", "flair SequenceTagger, MiniLM", "flair"),
    Tool("spancat", "spaCy spancat (the same CNN)", "spancat"),
    Tool("gliner", "GLiNER, MiniLM, two epochs", "gliner"),
    Tool("base", "SRU-NER base, all-mpnet-base-v2", "ours", "base", encoder="all-mpnet-base-v2"),
)
"""In the order of their training."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model of a tool, trained on one corpus."""

    tool: Tool
    model: Path
    seconds: float | None
    """Processor time of the training, of one thread: other work on the machine hardly changes it.
    None if it is unknown, because the training was interrupted."""

    def curve(self) -> list[tuple[float, float]]:
        """Return minutes of processor time and F1 (%) on dev after each epoch.

        Nothing for other tools, and if the time was not measured.
        """
        if not self.tool.ours or self.seconds is None:
            return []
        fitted = Request((), self.model)
        f1 = pd.read_csv(fitted.layout.training_report(fitted.name) / "curves.csv")["dev_micro_f1"]
        seconds = read_json(self.model / "run.json", remedy="train it again")["epochs"]["seconds"]
        share = np.cumsum(seconds) / np.sum(seconds)
        return list(zip(share * self.seconds / 60, f1, strict=True))


def sentences_of(material: Material, source: str, split: str) -> list[tuple[Sentence, list[Span]]]:
    """Return the sentences of a split with their mentions in code points of the sentence."""
    return [
        (
            sentence,
            [
                (*sentence.characters(mention.start, mention.end), mention.type)
                for mention in sentence.mentions
            ],
        )
        for sentence in Corpus(material.data, source).split(split).sentences()
    ]


def train(material: Material, source: str, tool: Tool, folder: Path = FOLDER) -> Trained:
    """Train a tool on a corpus, unless it is trained already.

    Raises `SruNerError` if the training fails; the log, which the error names, says why.
    """
    for other in filter(None, (tool.start, tool.teacher)):
        train(material, source, _tool(other), folder)
    plan = _plan(material, source, tool, folder)
    model, work = plan.model, Request((), plan.model).work
    if (mark := _mark(model)).get("identity") != plan.identity:
        if mark:
            rmtree(model)
            rmtree(work, ignore_errors=True)
        begun = model.exists() or work.exists()
        mark = {"identity": plan.identity, "commit": git_revision(Path()).commit[:7]}
        Console(stderr=True).print(f"training {tool.title} on {source}; log: {model}.log")
        seconds = _run(_command(tool, plan), model.with_name(f"{tool.name}.log"), tool)
        # The time of what was done before an interruption is not known.
        write_json(
            model / "trained.json", {**mark, "processor_seconds": None if begun else seconds}
        )
    return trained_model(material, source, tool, folder)


def trained_model(material: Material, source: str, tool: Tool, folder: Path = FOLDER) -> Trained:
    """Return the model of a tool that was trained on a corpus.

    Raises `SruNerError` if there is none, or if its data, settings or packages were others.
    """
    plan = _plan(material, source, tool, folder)
    mark = _mark(plan.model)
    if mark.get("identity") != plan.identity:
        state = "was trained with other data, settings or packages" if mark else "is not trained"
        raise SruNerError(f"{tool.title} {state}: run {COMMAND} {tool.name}")
    return Trained(tool, plan.model, mark.get("processor_seconds"))


def compared_tools(material: Material, folder: Path = FOLDER) -> list[Tool]:
    """List the tools that are trained on every corpus. Raises `SruNerError` if none is."""
    found = [
        tool
        for tool in TOOLS
        if all(_mark(_model(folder, source, tool)) for source in material.sources)
    ]
    if not found:
        raise SruNerError(f"no tool is trained: run {COMMAND}, which takes hours")
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a training is made of."""

    identity: str
    """Digest of all that the model depends on."""
    options: tuple[str, ...]
    """Of `sru-ner fit`, if the tool is ours."""
    data: Path
    model: Path


def _plan(material: Material, source: str, tool: Tool, folder: Path) -> _Plan:
    data = folder / "data" / source
    identity: dict[str, Any] = {"data": _write_data(material, source, data), "code": tool.code}
    options: tuple[str, ...] = ()
    if tool.ours:
        identity["settings"] = dict(PRESETS[tool.preset])
        options += ("--preset", tool.preset)
        if tool.encoder:
            encoder = folder / "encoders" / tool.encoder
            if not encoder.is_dir():
                raise SruNerError(f"{tool.title} needs {encoder}: {ENCODERS_PAGE} says how")
            identity["encoder"] = file_digest(encoder / "model.safetensors")
            options += ("--encoder", str(encoder))
    else:
        identity["requirements"] = PEERS.read_text(encoding="utf-8")
    for option, name in (("--from", tool.start), ("--teacher", tool.teacher)):
        if name:
            other = _plan(material, source, _tool(name), folder)
            identity[option] = other.identity
            options += (option, str(other.model.resolve()))
    return _Plan(json_digest(identity), options, data, _model(folder, source, tool))


def _model(folder: Path, source: str, tool: Tool) -> Path:
    return folder / "models" / source / tool.name


def _tool(name: str) -> Tool:
    named = {tool.name: tool for tool in TOOLS}
    if name not in named:
        raise UnknownNameError("tool", name, named)
    return named[name]


def _mark(model: Path) -> dict[str, Any]:
    path = model / "trained.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _command(tool: Tool, plan: _Plan) -> list[str]:
    if tool.ours:
        fit = [sys.executable, "-m", "sru_ner", "fit", str(plan.data), "-o", str(plan.model)]
        return [*fit, "--epochs", "6", "--set", "seed=1", "--overwrite", *plan.options]
    work = plan.model.with_name(f"{tool.name}.json")
    encoder = str(locate_encoder(EMBEDDED_ENCODER))
    content = {
        "data": str(plan.data.with_suffix(".json")),
        "model": str(plan.model),
        "encoder": encoder,
        "bf16": use_bf16("auto", "cpu"),
    }
    write_text(work, json.dumps(content))
    # -P: modules of the script's folder must not hide those of libraries.
    return [str(peer_python()), "-P", str(SCRIPT), "train", tool.code, str(work)]


def _run(command: list[str], log: Path, tool: Tool) -> float:
    """Run a training, and return the seconds of processor time it took."""
    before = _processor_seconds()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            command,
            env=environment(ours=tool.ours, threads=1),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise SruNerError(f"{tool.title} was not trained: see the end of {log}")
    return _processor_seconds() - before


def _processor_seconds() -> float:
    """Return the processor time of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@cache  # every tool asks for it
def _write_data(material: Material, source: str, folder: Path) -> str:
    """Write the sentences of a corpus, for `sru-ner fit` and for the others; return their digest.

    A sentence keeps the longest of mentions that overlap: most tools learn no others.
    """
    content = {
        split: [
            (sentence.text, _flat(spans))
            for sentence, spans in sentences_of(material, source, split)
        ]
        for split in ("train", "dev", "test")
    }
    for split, sentences in content.items():
        records = [
            {"text": text, "spans": [{"start": s, "end": e, "label": t} for s, e, t in spans]}
            for text, spans in sentences
        ]
        write_text(folder / f"{split}.jsonl", "".join(json.dumps(r) + "\n" for r in records))
    write_text(folder.with_suffix(".json"), json.dumps(content))
    return json_digest(content)


def _flat(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: span[0] - span[1]):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return sorted(kept)


def main(arguments: list[str] | None = None) -> None:
    """Train the tools that are named, or all, on both corpora."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ", ".join(tool.name for tool in TOOLS)
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=f"some of: {names}")
    parser.add_argument("--data", type=Path, default=HARMONIZED, help="harmonised tables")
    options = parser.parse_args(arguments)
    tools = [_tool(name) for name in options.tools] or TOOLS
    with tempfile.TemporaryDirectory() as scratch:
        material = find_material(options.data, Path(scratch))
        for tool in tools:
            for source in material.sources:
                train(material, source, tool)


if __name__ == "__main__":
    try:
        main()
    except SruNerError as error:
        sys.exit(f"bench.front_training: {error}")
