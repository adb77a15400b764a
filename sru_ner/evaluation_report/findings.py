"""Findings: all tables of an evaluation report, computed from the decisions of a suite's models."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.corpus import CorpusSplit
from sru_ner.decisions.counts import count
from sru_ner.decisions.table import has_rows
from sru_ner.evaluation.confidence import bootstrap, significance
from sru_ner.evaluation.confidence.calibration import calibration_errors, reliability
from sru_ner.evaluation.confidence.document_counts import corpus_documents, count_by_document
from sru_ner.evaluation.confidence.precision_recall import average_precisions, curve_points
from sru_ner.evaluation.confidence.rankings import rankings
from sru_ner.evaluation.confidence.seeds import summarise_seeds
from sru_ner.evaluation.confidence.thresholds import apply_thresholds, effect, tune_models
from sru_ner.evaluation.contamination import find_contamination
from sru_ner.evaluation.errors.classes import classify, count_errors
from sru_ner.evaluation.errors.differences import find_differences
from sru_ner.evaluation.errors.gaps import corpus_sizes, estimate_gaps, find_gaps, gap_strings
from sru_ner.evaluation.errors.seen_strings import seen_strings
from sru_ner.evaluation.errors.strings import costly_strings
from sru_ner.evaluation.groups import draw, first_rows
from sru_ner.evaluation.matrix import Matrix, build_matrix
from sru_ner.evaluation.scored import PLACED_COLUMNS, kept_decisions
from sru_ner.evaluation_report.quotes import (
    EXAMPLES_SCHEMA,
    GAP_EXAMPLES_SCHEMA,
    PLACE,
    Quote,
    in_quotes,
    quote_sentences,
)
from sru_ner.evaluation_report.shown_errors import choose_errors
from sru_ner.leakage.pairs import Leakage
from sru_ner.settings.params import Params
from sru_ner.settings.sections import PredictionSettings

STRINGS = 10
"""Number of strings with the most errors, for each model and tested source."""
GAP_EXAMPLES = 3
"""Number of sentences and strings shown for each model, source and type not annotated there."""

_GAP = ["model", "tested", "type"]


@dataclass(frozen=True, slots=True)
class Findings:
    """Tables of a report, with their modules' schemas; from `strings` on, they quote corpora."""

    matrix: Matrix
    absent_tools: tuple[str, ...]
    """Optional tools that have no row, because their files were not there."""
    counts: pa.Table
    intervals: pa.Table
    significance: pa.Table
    seeds: pa.Table
    thresholds: pa.Table
    """Thresholds tuned on dev; empty if none were asked for."""
    thresholds_effect: pa.Table
    curves: pa.Table
    average_precision: pa.Table
    calibration: pa.Table
    """Bins of the reliability diagrams."""
    calibration_error: pa.Table
    errors: pa.Table
    """Errors counted by class, where the model knows any type of the corpus."""
    differences: pa.Table
    gaps: pa.Table
    """Estimates of the annotation gaps, by type."""
    strings: pa.Table
    changed: pa.Table
    """Mentions that one of two models has right and the other wrong."""
    gap_strings: pa.Table
    examples: pa.Table
    """Some errors of each stratum, with offsets into their quotes."""
    per_stratum: int
    """Largest number of examples of a stratum."""
    gap_examples: pa.Table
    """Some gaps, with offsets into their quotes."""
    quotes: tuple[Quote, ...]


def gather(
    params: Params,
    *,
    decisions: Path,
    dev_decisions: Path,
    tested: Sequence[CorpusSplit],
    learned: Mapping[str, Sequence[CorpusSplit]],
    leakage: Leakage,
) -> Findings:
    """Compute all findings from the decisions of a suite's experiments.

    decisions: folder of their tables. dev_decisions: folder of the tables on dev, which are read if
    thresholds are tuned. tested: the splits that are scored. learned: experiment → the splits it
    learned from, without their excluded documents. Curves and calibration are over all
    predictions, everything else over those that reach their threshold. Raises what
    `kept_decisions`, `tune_models` and `CorpusSplit` raise.
    """
    absent = absent_tools(decisions, params.evaluate.predictions)
    params = _without(params, absent)
    models, names, split = list(params.models), params.evaluate.tested, params.evaluate.split
    leaks = find_contamination(leakage, params)
    sources = {name: experiment.sources for name, experiment in params.experiments.items()}
    thresholds = tune_models(dev_decisions, sources, params.evaluate.thresholds)
    found = kept_decisions(decisions, models, names, split, leaks, columns=PLACED_COLUMNS)
    kept = apply_thresholds(found, thresholds)
    ranked = list(rankings(found))
    counts = count(kept)
    by_document = count_by_document(kept, corpus_documents(tested), models=models, leaks=leaks)
    intervals = bootstrap.intervals(by_document)
    errors = classify(kept, seen=seen_strings(learned))
    matrix = build_matrix(
        counts,
        suite=params.suite,
        split=split,
        shown=params.evaluate.types,
        models=models,
        tested=names,
        leaks=leaks,
    )
    differences = find_differences(kept, errors, models=models, leaks=leaks)
    chosen, per_stratum = choose_errors(_comparable(errors, matrix), kept)
    gaps = find_gaps(kept)
    some_gaps = draw(gaps, _GAP, GAP_EXAMPLES, seed=0).to_pandas().dropna(subset=["sentence_id"])
    places = pd.concat([chosen[PLACE], some_gaps[PLACE]])
    quotes = quote_sentences(places, kept, tested)
    return Findings(
        matrix=matrix,
        absent_tools=absent,
        counts=counts,
        intervals=intervals,
        significance=significance.compare(by_document),
        seeds=summarise_seeds(params, intervals),
        thresholds=thresholds,
        thresholds_effect=effect(found.filter(pc.field("in_inventory")), thresholds),
        curves=curve_points(ranked),
        average_precision=average_precisions(ranked),
        calibration=reliability(ranked),
        calibration_error=calibration_errors(ranked),
        errors=count_errors(_comparable(errors, matrix)),
        differences=differences.counts,
        gaps=estimate_gaps(kept, corpus_sizes(tested)),
        strings=_comparable(costly_strings(kept, at_most=STRINGS), matrix),
        changed=differences.changed,
        gap_strings=first_rows(gap_strings(gaps), _GAP, GAP_EXAMPLES),
        examples=in_quotes(chosen, quotes, EXAMPLES_SCHEMA),
        per_stratum=per_stratum,
        gap_examples=in_quotes(some_gaps, quotes, GAP_EXAMPLES_SCHEMA),
        quotes=quotes,
    )


def absent_tools(decisions: Path, tools: Mapping[str, PredictionSettings]) -> tuple[str, ...]:
    """Return the optional tools without any decision, because their files were not there.

    decisions: folder of the tables. Raises what `decisions.table.has_rows` raises.
    """
    return tuple(
        name
        for name, tool in tools.items()
        if tool.optional and not has_rows(decisions / f"{name}.parquet")
    )


def _without(params: Params, tools: Collection[str]) -> Params:
    kept = {name: t for name, t in params.evaluate.predictions.items() if name not in tools}
    evaluate = params.evaluate.model_copy(update={"predictions": kept})
    return params.model_copy(update={"evaluate": evaluate})


def _comparable(rows: pa.Table, matrix: Matrix) -> pa.Table:
    """Keep the rows about models that know any type of the corpus; other models miss everything."""
    cells = [f"{cell.model}\n{cell.tested}" for cell in matrix.cells.values() if cell.comparable]
    of_row = pc.binary_join_element_wise(rows["model"], rows["tested"], "\n")
    return rows.filter(pc.is_in(of_row, pa.array(cells, pa.string())))
