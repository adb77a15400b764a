"""The review flow: a version is reviewed, and the run waits for somebody who decides about it."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Literal

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from pydantic import Field

from flows.stages import ROOT
from flows.suites import default_suite
from sru_ner.errors import SruNerError
from sru_ner.layout import SuiteLayout
from sru_ner.registry.client import open_client
from sru_ner.registry.records import find_record
from sru_ner.review import decide
from sru_ner.review.gather import gather_review
from sru_ner.review.publish import publish
from sru_ner.settings.params import load_params
from sru_ner.settings.sections import ReviewSettings

POLL_SECONDS = 5
"""Seconds between two looks at the server, for a verdict."""


class Verdict(RunInput):
    """What the run waits for."""

    decision: Literal["promote", "reject"]
    by: str = Field(min_length=1, description="Who decides.")
    because: str = Field("", description="Why.")
    despite_gates: bool = Field(False, description="Promote it though it does not pass.")


def _gates() -> ReviewSettings:
    return load_params(SuiteLayout(default_suite(ROOT), ROOT).params).review


@task(cache_policy=NO_CACHE, result_serializer="json")
def write_review(name: str, version: str, against: str) -> str:
    """Write and log the review of a version, and return its Markdown, without corpus text."""
    client = open_client(ROOT)
    record = find_record(client, name, version)
    held_to = decide.other_version(client, record, against)
    settings = _gates()
    with tempfile.TemporaryDirectory() as workspace:
        review = gather_review(settings, ROOT, record, held_to, Path(workspace))
        page = publish(client, review, ROOT)
    return page.with_suffix(".md").read_text(encoding="utf-8")


@task(cache_policy=NO_CACHE, result_serializer="json")
def carry_out(name: str, version: str, verdict: Verdict) -> str:
    """Promote or reject a version, and return in words what was decided.

    Raises what `decide.promote` and `decide.reject` raise.
    """
    client = open_client(ROOT)
    record = find_record(client, name, version)
    if verdict.decision == "reject":
        decision = decide.reject(client, record, by=verdict.by, because=verdict.because)
    else:
        decision = decide.promote(
            client,
            _gates(),
            ROOT,
            record,
            by=verdict.by,
            because=verdict.because,
            despite_gates=verdict.despite_gates,
        )
    return decide.in_words(decision)


@flow(result_serializer="json")
def review(
    name: str, alias: str = "candidate", against: str = "champion", hours: float = 24
) -> str:
    """Review a version, show the review as an artifact, and wait for a verdict.

    name: of the registered model. alias: alias or number of the version; it is looked up once, so
    that the verdict is about what was reviewed. against: alias or number of the other version.
    hours: how long the run waits; after that it fails, and nothing is decided.
    """
    version = find_record(open_client(ROOT), name, alias).version
    text = write_review(name, version, against)
    key = "".join(c if c.isalnum() else "-" for c in f"review-{name}-{version}".lower())
    create_markdown_artifact(text, key=key, description=f"Review of {name} {version}")
    initial = Verdict.with_initial_data(description=text)
    verdict = pause_flow_run(
        wait_for_input=initial,
        timeout=round(3600 * hours),
        poll_interval=POLL_SECONDS,
        key="verdict",
    )
    decided = carry_out(name, version, verdict)
    get_run_logger().info(decided)
    return decided


def main() -> None:
    """Run the flow in this process."""
    parser = argparse.ArgumentParser(prog="python -m flows.review", description=review.__doc__)
    parser.add_argument("name", help="registered model")
    parser.add_argument("--alias", default="candidate", help="alias or number of the version")
    parser.add_argument("--against", default="champion", help="alias or number of the other one")
    parser.add_argument("--hours", type=float, default=24, help="how long to wait for a verdict")
    arguments = parser.parse_args()
    try:
        review(arguments.name, arguments.alias, arguments.against, arguments.hours)
    except SruNerError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
