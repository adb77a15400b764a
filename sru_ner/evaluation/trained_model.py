"""Test a trained model: predict the mentions of the tested corpora and compare them with gold."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sru_ner.dataset.corpus import CorpusSplit
from sru_ner.decisions.exact_match import decide
from sru_ner.decisions.predicted_mentions import eligible_labels, in_document
from sru_ner.decisions.table import SCHEMA
from sru_ner.errors import InputError
from sru_ner.inference.loading import load
from sru_ner.inference.overlaps import TypedInterval, without_contradictions, without_overlaps
from sru_ner.model.labels import type_name
from sru_ner.model.prediction import Prediction, predict_sentences
from sru_ner.settings.sections import Overlaps

if TYPE_CHECKING:
    from sru_ner.model.network import Network
    from sru_ner.model.wordpieces import Tokenizer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model and the name of its experiment."""

    experiment: str
    model: "Network"
    tokenizer: "Tokenizer"


def load_trained(experiment: str, folder: Path) -> Trained:
    """Load a model from its folder; raises `InputError` if no model is there."""
    if not (folder / "config.json").is_file():
        raise InputError(
            "there is no trained model here",
            path=folder,
            remedy=f"run `sru-ner train {experiment}`",
        )
    return Trained(experiment, *load(folder))


def decide_on(
    trained: Trained,
    tested: Iterable[CorpusSplit],
    *,
    batch_size: int,
    overlaps: Overlaps = "all",
) -> pa.Table:
    """Return the decisions of a model on splits of corpora, a table of `decisions.table.SCHEMA`.

    batch_size: sentences per forward pass. overlaps: which predictions that overlap count; without
    exclusive types in the model, `exclusive` leaves out none. Raises `UnknownNameError` for a
    source or split that is not harmonised.
    """
    config = trained.model.config
    if overlaps == "exclusive" and not config.exclusive:
        log.warning(
            "%s has no exclusive types, so all of its predictions count", trained.experiment
        )
    tables = [SCHEMA.empty_table()]
    for split in sorted(tested, key=lambda split: split.corpus.name):
        source, sentences = split.corpus.name, split.sentences()
        log.info("%s on %s: %d sentences", trained.experiment, source, len(sentences))
        found = predict_sentences(
            trained.model, trained.tokenizer, sentences, batch_size=batch_size, progress=True
        )
        if overlaps != "all":
            labels = eligible_labels(config.labels, config.type_inventories(), source)
            found = [_chosen(each, labels, overlaps, config.exclusive) for each in found]
        mentions = (
            mention
            for sentence, predictions in zip(sentences, found, strict=True)
            for mention in in_document(sentence, predictions)
        )
        tables.append(
            decide(
                split.table("spans"),
                mentions,
                model=trained.experiment,
                tested=source,
                split=split.name,
                inventory=split.corpus.inventory(),
                annotated={
                    s.document_id: s.annotated_types
                    for s in sentences
                    if s.annotated_types is not None
                },
                labels=config.labels,
                inventories=config.type_inventories(),
            )
        )
    return pa.concat_tables(tables)


def _chosen(
    predictions: Iterable[Prediction],
    labels: Collection[str],
    overlaps: Overlaps,
    exclusive: Iterable[Collection[str]],
) -> list[Prediction]:
    """Choose among the predictions for a sentence; those of other `labels` do not count at all."""
    eligible = [p for p in predictions if p.label in labels]
    scores: dict[tuple[int, int, str], float] = {}
    for p in eligible:
        key = (p.start, p.end, type_name(p.label))
        scores[key] = max(p.score, scores.get(key, 0.0))
    mentions = [TypedInterval(*key, score) for key, score in scores.items()]
    mentions = [mentions[i] for i in without_contradictions(mentions, exclusive)]
    if overlaps == "flat":
        mentions = [mentions[i] for i in without_overlaps(mentions)]
    kept = {mention[:3] for mention in mentions}
    return [p for p in eligible if (p.start, p.end, type_name(p.label)) in kept]
