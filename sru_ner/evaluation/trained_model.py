"""Test a trained model: predict the mentions of the tested corpora and compare them with gold."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sru_ner.dataset.corpus import CorpusSplit
from sru_ner.decisions.exact_match import decide
from sru_ner.decisions.predicted_mentions import in_document
from sru_ner.decisions.table import SCHEMA
from sru_ner.errors import InputError
from sru_ner.inference.loading import load
from sru_ner.model.prediction import predict_sentences

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from sru_ner.model.modeling import SruNerModel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model and the name of its experiment."""

    experiment: str
    model: "SruNerModel"
    tokenizer: "PreTrainedTokenizerBase"


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
) -> pa.Table:
    """Return the decisions of a model on splits of corpora, a table of `decisions.table.SCHEMA`.

    batch_size: sentences per forward pass. Raises `UnknownNameError` for a source or split that is
    not harmonised.
    """
    config = trained.model.config
    tables = [SCHEMA.empty_table()]
    for split in sorted(tested, key=lambda split: split.corpus.name):
        source, sentences = split.corpus.name, split.sentences()
        log.info("%s on %s: %d sentences", trained.experiment, source, len(sentences))
        found = predict_sentences(
            trained.model, trained.tokenizer, sentences, batch_size=batch_size, progress=True
        )
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
