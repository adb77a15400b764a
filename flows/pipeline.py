"""The whole pipeline, from the corpora to the registered models: `python -m flows.pipeline`."""

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path

from httpx import TransportError
from prefect import flow
from rich.console import Console
from rich.table import Table

from flows.assess import assess
from flows.available import check_available
from flows.corpora import corpora
from flows.dvc_stage import ROOT, StageFailedError, StageResult, run_stages, up_to_date
from flows.evaluate import evaluate
from flows.harmonize import harmonize
from flows.judgements import judgements
from flows.results import Row, matrix_rows
from flows.suites import AVAILABLE_HELP, use_suite
from flows.train import train
from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.required_splits import check_splits
from sru_ner.errors import SruNerError
from sru_ner.layout import SuiteLayout
from sru_ner.settings.params import Params

EXAMPLE = "Aspirin relieves headache but may cause gastric ulcer."


@flow(result_serializer="json")
def pipeline(
    suite: str | None = None, concurrency: int = 1, available: bool = False
) -> list[StageResult]:
    """Bring everything of a suite up to date; what is up to date stays.

    suite: composed into params.yaml unless it is there already; None takes the one there.
    concurrency: experiments trained and tested at the same time.
    available: leave out corpora that are not available, instead of naming them and stopping.
    """
    params = use_suite(suite, available=available)
    results = corpora(params.suite)
    results += harmonize(params.suite)
    results += train(params.suite, concurrency)
    results += evaluate(params.suite, concurrency)
    results += assess(params.suite)
    results += judgements(params.suite)
    results += run_stages(["register"], concurrency=1)
    return results


def show(params: Params, results: list[StageResult]) -> None:
    """Print the matrix, the places of the results, and commands to try next."""
    console = Console(soft_wrap=True, highlight=False)
    layout = SuiteLayout(params.suite)
    outcomes = Counter(result["outcome"] for result in results)
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    candidate = f"models:/{params.register_.model_name}@candidate"
    console.print()
    console.print(_table(matrix_rows(params), f"{params.suite}: micro F1 (%), exact match"))
    stages = ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items()))
    console.print(f"stages: {stages or 'all unchanged'}")
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
    """Run the pipeline in this process, with a temporary Prefect server unless one is set."""
    parser = argparse.ArgumentParser(prog="python -m flows.pipeline", description=pipeline.__doc__)
    parser.add_argument("--suite", help="a suite of conf/suite (default: that of params.yaml)")
    parser.add_argument(
        "--concurrency", type=int, default=1, help="number of experiments run at the same time"
    )
    parser.add_argument("--available", action="store_true", help=AVAILABLE_HELP)
    arguments = parser.parse_args()
    # An ordinary exit also stops the temporary Prefect server.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        params = use_suite(arguments.suite, available=arguments.available)
        check_splits(params, load_catalog())
        results: list[StageResult] = []
        # DVC sees that nothing has changed faster than a Prefect server starts.
        if not up_to_date():
            check_available(params)
            results = pipeline(params.suite, arguments.concurrency)
    except (SruNerError, StageFailedError) as error:
        sys.exit(f"{error}")
    except TransportError as error:
        sys.exit(
            f"the Prefect server does not answer: {error}\n"
            "  → start it again, or unset PREFECT_API_URL; then run this again: it goes on"
        )
    show(params, results)


if __name__ == "__main__":
    main()
