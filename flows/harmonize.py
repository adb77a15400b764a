"""The harmonize flow: every corpus brought into the common schema."""

from prefect import flow

from flows.dvc_stage import StageResult, run_stages
from flows.results import corpora_rows, publish
from flows.suites import use_suite


@flow(result_serializer="json")
def harmonize(suite: str | None = None, concurrency: int = 2) -> list[StageResult]:
    """Harmonise the fetched corpora of a suite and write the manifests of its experiments."""
    params = use_suite(suite)
    results = run_stages(["catalog"], concurrency=1)
    stages = [f"harmonize@{name}" for name in params.corpora]
    results += run_stages(stages, concurrency=concurrency)
    results += run_stages(["leakage"], concurrency=1)
    results += run_stages(["manifests"], concurrency=1)
    publish(params.suite, "mentions", corpora_rows(params), "Mentions of each corpus")
    return results


if __name__ == "__main__":
    harmonize()
