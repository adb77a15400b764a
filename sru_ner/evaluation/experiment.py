"""Testing one trained model: predict every tested source and decide on every mention."""

import logging
from pathlib import Path

import pyarrow as pa

from sru_ner.errors import InputError
from sru_ner.evaluation.answers import decide, locate
from sru_ner.harmonize.store import load_inventory, load_sentences, load_table
from sru_ner.inference.predict import load, predict_sentences
from sru_ner.settings import EvaluateSettings

log = logging.getLogger(__name__)


def evaluate_experiment(
    experiment: str, settings: EvaluateSettings, *, model_folder: Path, harmonized: Path
) -> pa.Table:
    """Decisions of one model on all tested sources, a table of `decisions.SCHEMA`.

    Raises `InputError` if there is no model, `UnknownNameError` for a source or split that is
    not harmonised.
    """
    if not (model_folder / "config.json").is_file():
        raise InputError(
            "there is no trained model here",
            path=model_folder,
            remedy=f"run `sru-ner train {experiment}`",
        )
    model, tokenizer = load(model_folder)
    tables = []
    for tested in sorted(settings.tested):
        sentences = load_sentences(harmonized, tested, settings.split)
        log.info("%s on %s: %d sentences", experiment, tested, len(sentences))
        found = predict_sentences(
            model, tokenizer, sentences, batch_size=settings.batch_size, progress=True
        )
        answers = (
            answer
            for sentence, predictions in zip(sentences, found, strict=True)
            for answer in locate(sentence, predictions)
        )
        tables.append(
            decide(
                load_table(harmonized, "spans", tested, settings.split),
                answers,
                model=experiment,
                tested=tested,
                split=settings.split,
                inventory=load_inventory(harmonized, tested),
                annotated={
                    s.document_id: s.annotated_types
                    for s in sentences
                    if s.annotated_types is not None
                },
                labels=model.config.labels,
                inventories=model.config.type_inventories(),
            )
        )
    return pa.concat_tables(tables)
