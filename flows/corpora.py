"""The corpora flow: every corpus of a suite downloaded or generated, several at a time."""

from typing import Any

from prefect import Task, flow
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from flows.available import check_available
from flows.dvc_stage import StageResult, run_stage
from flows.stages import data_stage
from flows.suite_run import run_name, suite_run
from flows.suites import Suite
from sru_ner.environment.offline import is_offline


def worth_another_try(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed download may succeed later; it cannot while the network is switched off."""
    return not is_offline()


fetch = run_stage.with_options(
    name="fetch",
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=5),
    retry_jitter_factor=0.5,
    retry_condition_fn=worth_another_try,
)


@flow(flow_run_name=run_name, result_serializer="json")
def corpora(suite: Suite = None, concurrency: int = 2) -> list[StageResult]:
    """Read the catalog, then download or generate the corpora of a suite.

    suite: None takes the one that params.yaml names.
    concurrency: corpora fetched at the same time.

    Corpora that are not available are named before any is fetched, in an `InputError`.
    """
    with suite_run(suite) as run:
        check_available(run.params)
        results = run.bring_up_to_date([data_stage("catalog")])
        stages = [data_stage(f"corpora@{name}") for name in run.params.corpora]
        return results + run.bring_up_to_date(stages, concurrency=concurrency, by=fetch)


if __name__ == "__main__":
    corpora()
