"""The harmonize flow: every corpus brought into the common schema."""

from prefect import flow

from flows.dvc_stage import StageResult
from flows.results import corpora_rows, publish
from flows.stages import data_stage
from flows.suite_run import run_name, suite_run
from flows.suites import Suite


@flow(flow_run_name=run_name, result_serializer="json")
def harmonize(suite: Suite = None, concurrency: int = 2) -> list[StageResult]:
    """Harmonise the fetched corpora of a suite and write the manifests of its experiments.

    suite: None takes the one that params.yaml names.
    concurrency: corpora harmonised at the same time.
    """
    with suite_run(suite) as run:
        corpora = run.params.corpora
        results = run.bring_up_to_date([data_stage("catalog")])
        results += run.bring_up_to_date(
            [data_stage(f"harmonize@{name}") for name in corpora], concurrency=concurrency
        )
        results += run.bring_up_to_date(
            [run.stage(f"tables@{name}") for name in corpora], concurrency=concurrency
        )
        results += run.bring_up_to_date([run.stage("leakage")])
        results += run.bring_up_to_date([run.stage("manifests")])
        rows = corpora_rows(run.params)
        publish(run.params.suite, "mentions", rows, "Mentions of each corpus")
    return results


if __name__ == "__main__":
    harmonize()
