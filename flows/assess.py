"""The assess flow: a sample of predictions for people to judge."""

from prefect import flow

from flows.dvc_stage import StageResult
from flows.results import assessment_rows, publish
from flows.suite_run import run_name, suite_run
from flows.suites import Suite


@flow(flow_run_name=run_name, result_serializer="json")
def assess(suite: Suite = None) -> list[StageResult]:
    """Draw the sample of predictions outside the tested inventories of a suite.

    suite: None takes the one that params.yaml names.
    """
    with suite_run(suite) as run:
        results = run.bring_up_to_date([run.stage("assess")])
        rows = assessment_rows(run.params)
        publish(run.params.suite, "assessment", rows, "Sample for assessment")
    return results


if __name__ == "__main__":
    assess()
