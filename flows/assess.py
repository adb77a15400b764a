"""The assess flow: a sample of predictions for people to judge."""

from prefect import flow

from flows.dvc_stage import StageResult, run_stages
from flows.results import assessment_rows, publish
from flows.suites import use_suite


@flow(result_serializer="json")
def assess(suite: str | None = None) -> list[StageResult]:
    """Draw the sample of predictions outside the tested inventories of a suite."""
    params = use_suite(suite)
    results = run_stages(["assess"], concurrency=1)
    publish(params.suite, "assessment", assessment_rows(params), "Sample for assessment")
    return results


if __name__ == "__main__":
    assess()
