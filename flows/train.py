"""The train flow: one model for each experiment."""

from prefect import flow

from flows.dvc_stage import StageResult, run_stage
from flows.results import publish, training_rows
from flows.suite_run import run_name, suite_run
from flows.suites import Suite

train_model = run_stage.with_options(name="train", tags=["training"])
"""`prefect concurrency-limit create training 1` lets one training run at a time, of all flows."""


@flow(flow_run_name=run_name, result_serializer="json")
def train(suite: Suite = None, concurrency: int = 1) -> list[StageResult]:
    """Train the models of a suite, one after the other or several at the same time.

    suite: None takes the one that params.yaml names.
    concurrency: models trained at the same time.
    """
    with suite_run(suite) as run:
        results = run.bring_up_to_date(
            [run.stage(f"train@{name}") for name in run.params.experiments],
            concurrency=concurrency,
            by=train_model,
        )
        publish(run.params.suite, "training", training_rows(run.params), "Dev micro F1 in percent")
    return results


if __name__ == "__main__":
    train()
