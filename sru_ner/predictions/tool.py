"""Test another tool by the files it wrote: compare its mentions with gold, corpus by corpus."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from sru_ner.corpora.incidents import Incident, Incidents
from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.dataset.corpus import Corpus, CorpusSplit
from sru_ner.dataset.schema import table_path
from sru_ner.decisions.exact_match import decide
from sru_ner.decisions.predicted_mentions import PredictedMention
from sru_ner.decisions.table import SCHEMA
from sru_ner.errors import UnknownNameError
from sru_ner.predictions.annotations import Annotations, read_annotations
from sru_ner.predictions.gold_texts import predictions_in_gold_texts
from sru_ner.predictions.missing_texts import with_texts
from sru_ner.predictions.type_maps import TypeMap, find_type_map, same_name, type_map_of
from sru_ner.settings.sections import EvaluateSettings, PredictionSettings


def evaluate_tool(
    name: str, settings: EvaluateSettings, incidents: Incidents, *, harmonized: Path
) -> pa.Table:
    """Return the decisions on a tool's predictions, a table of `decisions.table.SCHEMA`.

    It has no rows on tested corpora for which the tool has no file. Files of an optional tool that
    are missing are counted in `incidents`. Raises `UnknownNameError` for a tool that is not in the
    settings or a source that is not harmonised, `TextsDifferError` where a file has other texts
    than the corpus, and `InputError` for a file that cannot be read.
    """
    if name not in settings.predictions:
        raise UnknownNameError("tool", name, settings.predictions, place="evaluate.predictions")
    given = settings.predictions[name]
    types = _type_map(name, given)
    files = {
        tested: read_annotations(
            path,
            reader=given.reader,
            options=given.options,
            named_by=f"evaluate.predictions.{name}.reader",
        )
        for tested, path in _files(name, given, incidents)
    }
    found = {type_ for predicted in files.values() for type_ in predicted.types}
    tables = []
    for tested, predicted in files.items():
        split = Corpus(harmonized, tested).split(settings.split)
        inventory, gold = split.corpus.inventory(), _texts(split)
        predictions = predictions_in_gold_texts(
            with_texts(
                predicted,
                gold,
                aligned=given.align,
                remedy=f"run {name} on the texts of {gold.path}, or set"
                f" evaluate.predictions.{name}.align to move each mention to the text it quotes",
            ),
            gold,
            types,
            inventory.types,
            incidents,
            aligned=given.align,
            remedy=f"run {name} on the texts of {gold.path}, or set"
            f" evaluate.predictions.{name}.align to carry its predictions over",
        )
        names = set(filter(None, (types.translate(type_, inventory.types) for type_ in found)))
        listed = {same_name(type_, inventory.types) or type_ for type_ in given.types}
        known = listed or types.targets(inventory.types) | names
        tables.append(
            decide(
                split.table("spans"),
                in_sentences(predictions, split.table("sentences")),
                model=name,
                tested=tested,
                split=split.name,
                inventory=inventory,
                annotated={
                    document.id: document.annotated_types
                    for document in gold.documents.values()
                    if document.annotated_types is not None
                },
                labels=sorted(known),
                inventories={},
            )
        )
    return pa.concat_tables([SCHEMA.empty_table(), *tables])


def _files(
    name: str, given: PredictionSettings, incidents: Incidents
) -> Iterator[tuple[str, Path]]:
    """Yield the tested corpora and their files, without the missing files of an optional tool."""
    for tested, file in sorted(given.files.items()):
        path = Path(given.folder, file)
        if given.optional and not path.exists():
            reason = f"files of {name} missing, so it has no figure on their corpora"
            incidents.add(Incident("noted", reason, file=str(path)))
        else:
            yield tested, path


def _type_map(name: str, given: PredictionSettings) -> TypeMap:
    if isinstance(given.type_map, str):
        return find_type_map(given.type_map)
    return type_map_of(given.type_map, place=f"evaluate.predictions.{name}.type_map")


def in_sentences(
    predictions: Iterable[PredictedMention], sentences: pa.Table
) -> Iterator[PredictedMention]:
    """Add to each mention the last sentence that starts at its start or before."""
    columns = (sentences[name].to_pylist() for name in ("document_id", "start", "sentence_id"))
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for document, start, number in sorted(zip(*columns, strict=True)):
        found[document].append((start, number))
    for mention in predictions:
        own = found[mention.document_id]
        place = bisect_right(own, mention.start, key=lambda sentence: sentence[0])
        yield replace(mention, sentence_id=own[place - 1][1]) if place else mention


def _texts(split: CorpusSplit) -> Annotations:
    """Return the documents of a harmonised split without mentions, with row numbers as lines."""
    rows = split.table("documents")
    columns = (rows[name].to_pylist() for name in ("document_id", "text", "annotated_types"))
    documents = {
        name: RawDocument(
            name, text, (), row, annotated_types=None if annotated is None else tuple(annotated)
        )
        for row, (name, text, annotated) in enumerate(zip(*columns, strict=True), start=1)
    }
    corpus = split.corpus
    path = table_path(corpus.root, "documents", corpus.name, split.name)
    return Annotations(path, "parquet", documents)
