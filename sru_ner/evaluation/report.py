"""The folder of an evaluation report: all figures of a suite, without a word of corpus text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.evaluation import tables
from sru_ner.evaluation.contamination import Contaminations
from sru_ner.evaluation.matrix import SCOPES, Matrix, build_matrix
from sru_ner.evaluation.pictures import draw_heatmap
from sru_ner.evaluation.scoring import total
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.pages import data_uri, render_page
from sru_ner.settings import ExperimentSettings, Params

TEMPLATE = "evaluation/report.html.j2"


def matrix_of(counts: pa.Table, params: Params, leaks: Contaminations) -> Matrix:
    """Arrange counts by what the parameters name, in their order."""
    return build_matrix(
        counts,
        suite=params.suite,
        split=params.evaluate.split,
        shown=params.evaluate.types,
        models=list(params.models),
        tested=params.evaluate.tested,
        leaks=leaks,
    )


def write_report(
    folder: Path,
    counts: pa.Table,
    params: Params,
    *,
    leaks: Contaminations,
    curves: Mapping[str, Path],
) -> Matrix:
    """Write counts, matrix, metrics, heat map and page into a folder that replaces the old one.

    `counts` is a table of `scoring.COUNTS_SCHEMA`, with `leaks` treated as they say; `curves` are
    PNG files by experiment.
    """
    matrix = matrix_of(counts, params, leaks)
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        pq.write_table(counts, fresh / "counts.parquet", compression="zstd")
        write_json(fresh / "matrix.json", tables.as_json(matrix))
        write_json(fresh / "metrics.json", tables.as_metrics(matrix))
        write_text(fresh / "matrix.csv", tables.as_csv(matrix))
        write_text(fresh / "matrix.md", tables.as_markdown(matrix))
        draw_heatmap(matrix, fresh / "heatmap.png")
        page = report_page(matrix, params.experiments, curves)
        write_text(fresh / "index.html", page)
    return matrix


def report_page(
    matrix: Matrix, experiments: Mapping[str, ExperimentSettings], curves: Mapping[str, Path]
) -> str:
    """The readable page, complete in itself."""
    return render_page(
        TEMPLATE,
        matrix=matrix,
        scopes=SCOPES,
        shown_scopes=tables.scopes(matrix),
        experiments=experiments,
        percent=tables.percent,
        corpora=[_corpus(matrix, tested) for tested in matrix.tested],
        curves=[(name, data_uri(path)) for name, path in sorted(curves.items())],
    )


def _corpus(matrix: Matrix, tested: str) -> dict[str, Any]:
    """What the page says of one tested corpus."""
    by_model = {
        model: {score.type: score for score in matrix[model, tested].types}
        for model in matrix.models
    }
    types = matrix.types(tested)
    # Gold mentions are the same for every model, unless documents are left out for some of them.
    gold = total(
        max(
            (scores[type_].counts for scores in by_model.values() if type_ in scores),
            key=lambda counts: counts.support,
        )
        for type_ in types
    )
    return {
        "name": tested,
        "gold": gold,
        "types": [(type_, _rows(by_model, type_)) for type_ in types],
    }


def _rows(by_model: Mapping[str, Mapping[str, Any]], type_: str) -> Sequence[tuple[str, Any]]:
    return [(model, scores[type_]) for model, scores in by_model.items() if type_ in scores]
