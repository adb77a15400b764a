"""The judgements flow: precision and agreement from the verdicts of people."""

from prefect import flow

from flows.dvc_stage import StageResult
from flows.results import judgement_rows, publish
from flows.suite_run import run_name, suite_run
from flows.suites import Suite


@flow(flow_run_name=run_name, result_serializer="json")
def judgements(suite: Suite = None) -> list[StageResult]:
    """Bring the report on a suite's verdicts up to date; without verdicts it has no figures.

    suite: None takes the one that params.yaml names.
    """
    with suite_run(suite) as run:
        results = run.bring_up_to_date([run.stage("judgements")])
        if rows := judgement_rows(run.params):
            publish(run.params.suite, "judgements", rows, "Precision (%) according to people")
    return results


if __name__ == "__main__":
    judgements()
