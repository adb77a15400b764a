"""`sru-ner evaluate-predictions`: another tool's predictions as a row of the matrix."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.options import ParamsFile
from sru_ner.cli.score_table import show_scores

if TYPE_CHECKING:
    import pyarrow as pa

    from sru_ner.corpora.incidents import Incidents
    from sru_ner.predictions.file_scores import Score


def evaluate_predictions(
    tool: Annotated[str, typer.Argument(help="Name of a tool under evaluate.predictions.")],
    params_file: ParamsFile = None,
) -> None:
    """Compare another tool's predictions with the gold mentions, for a row of the matrix."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.decisions.table import write_decisions
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.locks import hold
    from sru_ner.predictions.tool import evaluate_tool

    params = suite_params(params_file)
    incidents = Incidents()
    target = SuiteLayout(params.suite).decisions(tool)
    with hold(Path(), f"evaluate@{params.suite}@{tool}", doing=f"is evaluating {tool}"):
        decisions = evaluate_tool(tool, params.evaluate, incidents, harmonized=HARMONIZED)
        write_decisions(target, decisions, tested=params.evaluate.tested)
    _show_by_corpus(decisions, incidents)
    typer.echo(f"Decisions written to {target}: {len(decisions):,}")


def _show_by_corpus(decisions: "pa.Table", incidents: "Incidents") -> None:
    import pyarrow.compute as pc

    from sru_ner.predictions.file_scores import score as figures

    rows: list[Score] = []
    for tested in decisions["tested"].unique().to_pylist():
        part = decisions.filter(pc.field("tested") == tested)
        rows += figures(part, ["exact"], mentions=tested)
    show_scores(rows, incidents)
