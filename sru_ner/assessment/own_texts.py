"""Predictions of models on a user's own texts."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sru_ner.annotation.documents import Options
from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job, load_annotator
from sru_ner.assessment.candidates import Candidate, of_documents, seen_mentions
from sru_ner.corpora.incidents import Incidents
from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError
from sru_ner.inference.model_reference import resolve_model
from sru_ner.inference.selection import EVERYTHING, lowest_scores
from sru_ner.layout import HARMONIZED


def candidates_of(
    inputs: Sequence[str],
    models: Sequence[str],
    *,
    types: Sequence[str] | None,
    known: Sequence[str],
    output: Path,
    device: str | None,
    note: Callable[[str], None],
) -> list[Candidate]:
    """Annotate texts with each model, and return all mentions.

    inputs, output: as of `find_sources`. models: model references, of which each is named once.
    types: wanted types, None for all. known: harmonised corpora that the models learned from. note:
    is called with a sentence for each kind of thing that was left out. Raises the errors of
    annotation, and `InputError` for two models of one name.
    """
    names = [Path(model).name if Path(model).is_dir() else model for model in models]
    if len(set(names)) < len(names):
        raise InputError("two models have one name", remedy="name each once, or rename a folder")
    sources = find_sources(inputs, SUFFIXES, output=output)
    seen = seen_mentions((Corpus(HARMONIZED, name) for name in known), ["train"])
    incidents = Incidents()
    found: list[Candidate] = []
    for name, model in zip(names, models, strict=True):
        folder = str(resolve_model(model))
        annotator = load_annotator(folder, device, "fp32")
        lowest = lowest_scores(annotator.types, types=types, threshold=EVERYTHING)
        options = Options(
            batch_size=32,
            types=sorted(lowest),
            threshold=lowest,
            overlaps=annotator.checked_overlaps(None),
            style=annotator.checked_style("any"),
        )
        job = Job(folder, "jsonl", options, device=device)
        for source in sources:
            documents = job.annotate(annotator, job.read(source, incidents.add))
            found += of_documents(documents, model=name, source=source.stem, seen=seen)
    for line in incidents.sentences():
        note(line)
    return found
