"""Write an evaluation report: a folder of figures for git, and a folder of quoted text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from sru_ner.dataset.parquet import write_parquet
from sru_ner.evaluation.confidence import bootstrap, thresholds
from sru_ner.evaluation.errors import gaps
from sru_ner.evaluation_report import matrix_exports
from sru_ner.evaluation_report.clear_best import SIGNIFICANT
from sru_ner.evaluation_report.error_picture import draw_errors
from sru_ner.evaluation_report.findings import STRINGS, Findings
from sru_ner.evaluation_report.markdown import absence_note, as_markdown
from sru_ner.evaluation_report.matrix_picture import draw_matrix
from sru_ner.evaluation_report.packing import DIGITS
from sru_ner.evaluation_report.page_data import page_data
from sru_ner.evaluation_report.quotes import as_table
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.pages import embedded, render_page
from sru_ner.settings.params import Params

TEMPLATE = "evaluation_report/report.html.j2"
SCRIPTS = (
    "rendering/levels.js",
    "rendering/drawing.js",
    *(f"evaluation_report/{name}.js" for name in ("charts", "page", "report", "details")),
)
"""Parts of the page's script, in their order."""

_SMALL = (
    "intervals",
    "significance",
    "seeds",
    "thresholds",
    "thresholds_effect",
    "average_precision",
    "calibration",
    "calibration_error",
    "errors",
    "differences",
    "gaps",
)
_LARGE = ("counts", "curves")
"""Tables of the findings that are written as CSV (small ones) and as Parquet (large ones)."""


def write_report(
    folder: Path,
    data: Path,
    findings: Findings,
    params: Params,
    *,
    training: Mapping[str, Path],
    runs_page: Path | None = None,
) -> None:
    """Write figures, pictures and the page into `folder`, and quoted text into `data`.

    Both folders replace the old ones. `training` are files of training curves, by experiment.
    runs_page: page with links to the runs, if a pipeline registers them.
    """
    with atomic_path(data) as fresh:
        fresh.mkdir()
        for name, table in quoted(findings).items():
            write_parquet(table, fresh / f"{name}.parquet")
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        write_figures(fresh, findings, left_out=params.left_out)
        files = sorted(path.name for path in fresh.iterdir())
        page = report_page(
            findings, params, training=training, files=files, data=data, runs_page=runs_page
        )
        write_text(fresh / "index.html", page)


def write_figures(folder: Path, findings: Findings, *, left_out: Sequence[str] = ()) -> None:
    """Write the tables and pictures; none of them holds corpus text.

    `left_out` are corpora of the suite that are not available.
    """
    matrix = findings.matrix
    figures = {
        **matrix_exports.as_json(matrix),
        "left_out": list(left_out),
        "absent_tools": list(findings.absent_tools),
    }
    write_json(folder / "matrix.json", figures)
    write_json(folder / "metrics.json", matrix_exports.as_metrics(matrix))
    write_json(folder / "thresholds.json", thresholds.as_json(findings.thresholds))
    write_text(folder / "matrix.csv", matrix_exports.as_csv(matrix))
    write_text(folder / "report.md", as_markdown(findings))
    for name in _LARGE:
        write_parquet(getattr(findings, name), folder / f"{name}.parquet")
    for name in _SMALL:
        write_text(folder / f"{name}.csv", table_csv(getattr(findings, name)))
    draw_matrix(matrix, folder / "heatmap.png")
    draw_errors(findings.errors, folder / "errors.png", models=matrix.models, tested=matrix.tested)


def quoted(findings: Findings) -> dict[str, pa.Table]:
    """Return the tables that hold corpus text, by name."""
    return {
        "quotes": as_table(findings.quotes),
        "examples": findings.examples,
        "strings": findings.strings,
        "changed": findings.changed,
        "gap_strings": findings.gap_strings,
        "gap_examples": findings.gap_examples,
    }


def table_csv(table: pa.Table) -> str:
    """Return a table as CSV with rounded numbers; lists are joined by spaces, null is empty."""
    columns = [map(_plain, column.to_pylist()) for column in table.columns]
    return csv_text(table.column_names, zip(*columns, strict=True))


def _plain(value: Any) -> Any:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return round(value, DIGITS)
        case list():
            return " ".join(map(str, value))
    return value


def report_page(
    findings: Findings,
    params: Params,
    *,
    training: Mapping[str, Path],
    files: Sequence[str],
    data: Path,
    runs_page: Path | None = None,
) -> str:
    """Return the self-contained page.

    `files` are the names of the other files in its folder, `data` is the folder of quoted text, and
    `runs_page` is as in `write_report`.
    """
    return render_page(
        TEMPLATE,
        matrix=findings.matrix,
        counted=counted,
        level=bootstrap.LEVEL,
        draws=bootstrap.DRAWS,
        strings_shown=STRINGS,
        gap_score=gaps.THRESHOLD,
        significant=SIGNIFICANT,
        experiments=params.experiments,
        tools={
            name: tool
            for name, tool in params.evaluate.predictions.items()
            if name not in findings.absent_tools
        },
        absence_note=absence_note(findings.absent_tools),
        runs_page=runs_page.as_posix() if runs_page else None,
        left_out=params.left_out,
        files=files,
        data_folder=data.as_posix(),
        scripts=SCRIPTS,
        figures=embedded(page_data(findings, training)),
    )
