"""The whole pipeline, from the corpora to the registered models: `python -m flows.pipeline`."""

import argparse
import signal
import sys

from httpx import TransportError
from prefect import flow

from flows.assess import assess
from flows.available import check_available
from flows.corpora import corpora
from flows.dvc_stage import StageFailedError, StageResult
from flows.evaluate import evaluate
from flows.harmonize import harmonize
from flows.judgements import judgements
from flows.notify import notify
from flows.suite_run import run_name, suite_run
from flows.suites import AVAILABLE_HELP, SUITE_HELP, Suite
from flows.summary import show
from flows.train import train
from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.required_splits import check_splits
from sru_ner.errors import SruNerError


@flow(flow_run_name=run_name, result_serializer="json", on_failure=[notify], on_crashed=[notify])
def pipeline(
    suite: Suite = None, concurrency: int = 1, available: bool = False
) -> list[StageResult]:
    """Bring everything of a suite up to date; what is up to date stays.

    suite: None takes the one that params.yaml names.
    concurrency: experiments trained and tested at the same time.
    available: leave out corpora that are not available, instead of naming them and stopping.
    """
    with suite_run(suite, available=available) as run:
        name = run.params.suite
        results = corpora(name)
        results += harmonize(name)
        results += train(name, concurrency)
        results += evaluate(name, concurrency)
        results += assess(name)
        results += judgements(name)
        results += run.bring_up_to_date([run.stage("register")])
    return results


def main() -> None:
    """Run the pipeline in this process, with a temporary Prefect server unless one is set."""
    parser = argparse.ArgumentParser(prog="python -m flows.pipeline", description=pipeline.__doc__)
    parser.add_argument("--suite", help=SUITE_HELP)
    parser.add_argument(
        "--concurrency", type=int, default=1, help="number of experiments run at the same time"
    )
    parser.add_argument("--available", action="store_true", help=AVAILABLE_HELP)
    arguments = parser.parse_args()
    # An ordinary exit also stops the temporary Prefect server.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with suite_run(arguments.suite, available=arguments.available) as run:
            params = run.params
            check_splits(params, load_catalog())
            # DVC sees that nothing has changed faster than a Prefect server starts.
            if run.stale:
                check_available(params)
                show(params, pipeline(params.suite, arguments.concurrency))
            else:
                show(params)
                print("All stages were up to date.")
    except (SruNerError, StageFailedError) as error:
        sys.exit(f"{error}")
    except TransportError as error:
        sys.exit(
            f"the Prefect server does not answer: {error}\n"
            "  → start it again, or unset PREFECT_API_URL; then run this again: it goes on"
        )


if __name__ == "__main__":
    main()
