"""The train flow: one model for each experiment."""

from prefect import flow

from flows.dvc_stage import StageResult, run_stages
from flows.results import publish, training_rows
from flows.suites import use_suite


@flow(result_serializer="json")
def train(suite: str | None = None, concurrency: int = 1) -> list[StageResult]:
    """Train the models of a suite, one after the other or several at the same time."""
    params = use_suite(suite)
    stages = [f"train@{name}" for name in params.experiments]
    results = run_stages(stages, concurrency=concurrency)
    publish(params.suite, "training", training_rows(params), "Training, dev micro F1 in percent")
    return results


if __name__ == "__main__":
    train()
