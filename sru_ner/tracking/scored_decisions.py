"""Logs the decisions behind a model's figures, so that a later model can be compared with it.

The files of the pipeline hold the decisions of the last training only.
"""

import tempfile
from pathlib import Path

import mlflow

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.parquet import write_parquet
from sru_ner.evaluation.confidence.document_counts import corpus_documents
from sru_ner.evaluation.confidence.thresholds import apply_thresholds, tune_models
from sru_ner.evaluation.contamination import find_contamination
from sru_ner.evaluation.scored import PLACED_COLUMNS, kept_decisions
from sru_ner.files import write_json
from sru_ner.layout import SuiteLayout
from sru_ner.leakage.pairs import read_leakage
from sru_ner.registry.records import DECISIONS_FILE, DOCUMENTS_FILE, SCORED
from sru_ner.settings.params import Params


def log_scored(params: Params, root: Path, experiment: str) -> None:
    """Log to the active run what the figures of an experiment were computed from.

    `scored/decisions.parquet` has `PLACED_COLUMNS`: the decisions that reach their threshold, on
    the documents that are scored. `scored/documents.json` names these documents by tested corpus.
    A project without decisions, as one that got its reports from elsewhere, logs nothing. Raises
    what the readers of these files raise.
    """
    layout = SuiteLayout(params.suite, root)
    evaluate = params.evaluate
    if not layout.decisions(experiment).is_file():
        return
    leaks = find_contamination(read_leakage(layout.leakage), params)
    found = kept_decisions(
        layout.decisions(),
        [experiment],
        evaluate.tested,
        evaluate.split,
        leaks,
        columns=PLACED_COLUMNS,
    )
    sources = {experiment: params.experiment(experiment).sources}
    tuned = tune_models(layout.dev_decisions(), sources, evaluate.thresholds)
    splits = [Corpus(layout.harmonized, name).split(evaluate.split) for name in evaluate.tested]
    documents = {
        tested: [name for name in names if name not in leaks.left_out(experiment, tested)]
        for tested, names in corpus_documents(splits).items()
    }
    with tempfile.TemporaryDirectory() as workspace:
        write_parquet(apply_thresholds(found, tuned), Path(workspace, DECISIONS_FILE))
        write_json(Path(workspace, DOCUMENTS_FILE), documents)
        mlflow.log_artifacts(workspace, SCORED)
