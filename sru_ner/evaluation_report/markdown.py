"""The evaluation report as Markdown, for a pull request: the main figures, without corpus text."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.evaluation.confidence.bootstrap import DRAWS, LEVEL
from sru_ner.evaluation.errors.classes import ERRORS
from sru_ner.evaluation.errors.gaps import THRESHOLD
from sru_ner.evaluation.matrix import SCOPES, Matrix, Scope
from sru_ner.evaluation_report.clear_best import SIGNIFICANT, clear_best
from sru_ner.evaluation_report.findings import Findings
from sru_ner.evaluation_report.matrix_exports import scopes
from sru_ner.rendering.amounts import counted, percent
from sru_ner.rendering.markdown import markdown_table

_MOST = 20  # rows of a list; the CSV file has all


def as_markdown(findings: Findings) -> str:
    """Return the whole report; figures in tables are percentages without a percent sign."""
    matrix = findings.matrix
    parts = [f"# {matrix.suite}: evaluation on the {matrix.split} split, exact mentions\n"]
    for scope in scopes(matrix):
        parts += [f"## Micro F1 (%) over {SCOPES[scope]}\n", _matrix(findings, scope)]
    parts.append(_legend(findings))
    parts += ["## Differences between models\n", _differences(findings)]
    if seeds := findings.seeds.to_pylist():
        parts += ["## Seeds\n", _seeds(seeds, matrix)]
    if effects := findings.thresholds_effect.to_pylist():
        parts += ["## Thresholds tuned on dev\n", _thresholds(effects, matrix)]
    parts += ["## Errors\n", _errors(findings.errors)]
    parts += ["## Annotation gaps\n", _gaps(findings.gaps)]
    return "\n".join(parts)


def _matrix(findings: Findings, scope: Scope) -> str:
    matrix = findings.matrix
    micro = (pc.field("scope") == scope) & (pc.field("figure") == "micro_f1")
    spread = {
        (row["model"], row["tested"]): row for row in findings.intervals.filter(micro).to_pylist()
    }
    best = {
        tested: clear_best(matrix, findings.significance, tested, scope) for tested in matrix.tested
    }
    rows = []
    for model in matrix.models:
        row = [model]
        for tested in matrix.tested:
            f1 = matrix[model, tested].shown_f1(scope)
            figure = f"**{percent(f1)}**" if best[tested] == model else percent(f1)
            found = spread.get((model, tested), {})
            between = "" if found.get("low") is None else f"({_range(found)})"
            row.append(" ".join(filter(None, [figure, between, matrix.leaks.mark(model, tested)])))
        rows.append(row)
    support = [
        "*gold mentions*",
        *(f"*{_support(matrix, name, scope):,}*" for name in matrix.tested),
    ]
    return markdown_table(
        ["trained \\ tested", *matrix.tested], [*rows, support], numbers=len(matrix.tested)
    )


def _support(matrix: Matrix, tested: str, scope: Scope) -> int:
    return max((matrix[model, tested].micro(scope).support for model in matrix.models), default=0)


def _legend(findings: Findings) -> str:
    leaks = findings.matrix.leaks
    lines = [
        "–: the model knows no type of this corpus. Bold: better than each other model of its"
        f" column, with an adjusted p of at most {SIGNIFICANT}. In brackets: the"
        f" {100 * LEVEL:.0f} % interval over {DRAWS:,} draws of documents.",
        *filter(None, [leaks.note, absence_note(findings.absent_tools)]),
    ]
    return "\n".join(lines) + "\n"


def absence_note(tools: Sequence[str]) -> str:
    """Return a sentence on the tools that have no row; empty if there are none."""
    listed = ", ".join(tools)
    return f"No row, because their files of predictions were not there: {listed}." if tools else ""


def _differences(findings: Findings) -> str:
    shown = findings.significance.filter(pc.field("scope") == findings.matrix.shown)
    found = shown.filter(pc.field("p_adjusted") <= SIGNIFICANT)
    text = (
        f"Comparisons over {SCOPES[findings.matrix.shown]} with an adjusted p (Holm) of at most"
        f" {SIGNIFICANT}: {found.num_rows} of {shown.num_rows}.\n"
    )
    if not found.num_rows:
        return text
    rows = sorted(found.to_pylist(), key=lambda row: (-abs(row["difference"]), row["tested"]))
    listed = [
        (
            row["tested"],
            *_better_first(row),
            f"{row['p_adjusted']:.3f}" if row["p_adjusted"] >= 0.001 else "< 0.001",
        )
        for row in rows[:_MOST]
    ]
    headings = ["tested", "better", "worse", "difference in F1", "interval", "adjusted p"]
    return (
        text + "\n" + markdown_table(headings, listed, numbers=3) + _rest(rows, "significance.csv")
    )


def _better_first(row: dict[str, Any]) -> tuple[str, str, str, str]:
    difference, low, high = row["difference"], row["low"], row["high"]
    first, second = row["model_a"], row["model_b"]
    if difference < 0:
        first, second, difference = second, first, -difference
        low, high = (None, None) if low is None else (-high, -low)
    between = "–" if low is None else f"{percent(low)} to {percent(high)}"
    return first, second, percent(difference), between


def _seeds(rows: Sequence[dict[str, Any]], matrix: Matrix) -> str:
    listed = [
        (
            ", ".join(row["models"]),
            row["tested"],
            row["n"],
            percent(row["mean"]),
            percent(row["sd"]),
            f"{percent(row['min'])}–{percent(row['max'])}",
        )
        for row in rows
        if row["scope"] == matrix.shown and row["figure"] == "micro_f1"
    ]
    headings = ["models", "tested", "seeds", "mean F1", "standard deviation", "range"]
    return markdown_table(headings, listed, numbers=4)


def _thresholds(effects: Sequence[dict[str, Any]], matrix: Matrix) -> str:
    listed = [
        (row["model"], row["tested"], percent(row["before"]), percent(row["after"]))
        for row in effects
        if row["scope"] == matrix.shown and row["figure"] == "micro_f1"
    ]
    return markdown_table(["model", "tested", "F1 before", "F1 after"], listed, numbers=2)


def _errors(errors: pa.Table) -> str:
    counted = errors.filter(pc.field("side") != "unjudged")
    grouped = counted.group_by(["error", "model", "tested"]).aggregate([("mentions", "sum")])
    by_cell: dict[tuple[str, str], dict[str, int]] = {}
    for row in grouped.to_pylist():
        by_cell.setdefault((row["model"], row["tested"]), {})[row["error"]] = row["mentions_sum"]
    totals: dict[str, int] = {}
    for found in by_cell.values():
        for error, mentions in found.items():
            totals[error] = totals.get(error, 0) + mentions
    classes = sorted(totals, key=lambda error: (-totals[error], error))
    rows = [
        (model, tested, *(f"{found.get(error, 0):,}" for error in classes))
        for (model, tested), found in sorted(by_cell.items())
    ]
    headings = ["model", "tested", *(error.replace("_", " ") for error in classes)]
    if not rows:
        return "There are no errors.\n"
    meanings = "; ".join(f"{error.replace('_', ' ')}: {ERRORS[error]}" for error in classes)
    return f"{markdown_table(headings, rows, numbers=len(classes))}\n{meanings}.\n"


def _gaps(gaps: pa.Table) -> str:
    if not gaps.num_rows:
        return "No model predicts with confidence a type that a tested corpus never annotated.\n"
    rows = sorted(gaps.to_pylist(), key=lambda row: (-row["gaps"], row["model"], row["tested"]))
    listed = [
        (
            row["tested"],
            row["type"],
            row["model"],
            f"{row['gaps']:,}",
            percent(row["precision"]),
            "–" if row["estimate"] is None else f"{row['estimate']:,.0f}",
        )
        for row in rows[:_MOST]
    ]
    text = (
        f"Predictions with a score of at least {THRESHOLD} of types that the corpus never"
        " annotated. The estimate uses the model's precision where the type is annotated.\n"
    )
    headings = ["tested", "type", "model", "gaps", "precision (%)", "estimate"]
    return text + "\n" + markdown_table(headings, listed, numbers=3) + _rest(rows, "gaps.csv")


def _range(row: dict[str, Any]) -> str:
    return f"{percent(row['low'])}–{percent(row['high'])}"


def _rest(rows: Sequence[Any], file: str) -> str:
    more = len(rows) - _MOST
    return f"\n{counted(more, 'more row')} in `{file}`.\n" if more > 0 else ""
