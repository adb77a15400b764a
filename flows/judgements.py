"""The judgements flow: precision and agreement from the verdicts of people."""

from prefect import flow

from flows.dvc_stage import StageResult, run_stages
from flows.results import judgement_rows, publish
from flows.suites import use_suite


@flow(result_serializer="json")
def judgements(suite: str | None = None) -> list[StageResult]:
    """Bring the report on a suite's verdicts up to date; without verdicts it has no figures."""
    params = use_suite(suite)
    results = run_stages(["judgements"], concurrency=1)
    if rows := judgement_rows(params):
        publish(params.suite, "judgements", rows, "Precision (%) according to people")
    return results


if __name__ == "__main__":
    judgements()
