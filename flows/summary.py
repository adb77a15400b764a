"""The results of a suite, printed: `python -m flows.summary`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.dvc_stage import StageResult
from flows.results import Row, matrix_rows
from flows.stages import ROOT
from flows.suites import SUITE_HELP, use_suite
from sru_ner.errors import SruNerError
from sru_ner.layout import SuiteLayout
from sru_ner.settings.params import Params

EXAMPLE = "Aspirin relieves headache but may cause gastric ulcer."


def show(params: Params, results: Sequence[StageResult] | None = None) -> None:
    """Print the matrix, the places of the results, and commands to try next.

    results: outcomes of the stages, where any ran.
    """
    console = Console(soft_wrap=True, highlight=False)
    layout = SuiteLayout(params.suite)
    outcomes = Counter(result["outcome"] for result in results or ())
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    candidate = f"models:/{params.register_.model_name}@candidate"
    console.print()
    console.print(_table(matrix_rows(params), f"{params.suite}: micro F1 (%), exact match"))
    if results is not None:
        stages = ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items()))
        console.print(f"stages: {stages}")
    if params.left_out:
        console.print(f"left out, because not available: {', '.join(params.left_out)}")
    console.print(f"report: {ROOT / layout.evaluation_report / 'index.html'}")
    console.print(f"sample: {ROOT / layout.assessment_data}")
    console.print("MLflow: make mlflow, then http://127.0.0.1:5000")
    console.print(
        f"next:   echo '{EXAMPLE}' | {python.parent}/sru-ner annotate --model {candidate} -"
    )
    console.print(f"        {python} -m flows.pipeline --suite biomed_small")


def _table(rows: list[Row], title: str) -> Table:
    table = Table(title=title)
    for number, column in enumerate(rows[0]):
        if number:
            table.add_column(column, justify="right", overflow="fold")
        else:
            table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    return table


def main() -> None:
    """Print the results of a suite that was run."""
    parser = argparse.ArgumentParser(prog="python -m flows.summary", description=main.__doc__)
    parser.add_argument("suite", nargs="?", help=SUITE_HELP)
    try:
        show(use_suite(parser.parse_args().suite))
    except SruNerError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
