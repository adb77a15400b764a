"""The evaluate flow: every model on every tested corpus, and the report on them."""

from prefect import flow

from flows.dvc_stage import StageResult
from flows.results import matrix_rows, publish, publish_report
from flows.suite_run import run_name, suite_run
from flows.suites import Suite


@flow(flow_run_name=run_name, result_serializer="json")
def evaluate(suite: Suite = None, concurrency: int = 1) -> list[StageResult]:
    """Test the trained models of a suite and write the report on their decisions.

    suite: None takes the one that params.yaml names.
    concurrency: models tested at the same time.
    """
    with suite_run(suite) as run:
        models, tools = run.params.experiments, run.params.evaluate.predictions
        results = run.bring_up_to_date(
            [run.stage(f"evaluate@{name}") for name in models], concurrency=concurrency
        )
        results += run.bring_up_to_date(
            [run.stage(f"evaluate_predictions@{name}") for name in tools]
        )
        results += run.bring_up_to_date([run.stage("report")])
        rows = matrix_rows(run.params)
        publish(run.params.suite, "matrix", rows, "Micro F1 in percent, exact match")
        publish_report(run.params.suite)
    return results


if __name__ == "__main__":
    evaluate()
