"""The evaluate flow: every model on every tested corpus, and the report on them."""

from prefect import flow

from flows.dvc_stage import StageResult, run_stages
from flows.results import matrix_rows, publish
from flows.suites import use_suite


@flow(result_serializer="json")
def evaluate(suite: str | None = None, concurrency: int = 1) -> list[StageResult]:
    """Test the trained models of a suite and write the report on their decisions."""
    params = use_suite(suite)
    results = run_stages(
        [f"evaluate@{name}" for name in params.experiments], concurrency=concurrency
    )
    results += run_stages(
        [f"evaluate_predictions@{name}" for name in params.evaluate.predictions], concurrency=1
    )
    results += run_stages(["report"], concurrency=1)
    publish(params.suite, "matrix", matrix_rows(params), "Micro F1 in percent, exact match")
    return results


if __name__ == "__main__":
    evaluate()
