"""The annotate flow: files of texts annotated into a folder, resumed after an interruption."""

import sys
from collections import deque
from collections.abc import Mapping

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.dvc_stage import StageFailedError, stage_environment, stream

Option = bool | int | float | str
"""The value of an option of `sru-ner annotate`."""


@task(retries=2, retry_delay_seconds=10, cache_policy=NO_CACHE, result_serializer="json")
def annotate_files(command: list[str]) -> str:
    """Run `sru-ner annotate`, log its output and return its last line.

    A second try skips finished files. Raises `StageFailedError`.
    """
    logger = get_run_logger()
    tail: deque[str] = deque(maxlen=15)
    try:
        for line in stream(command, tail, stage_environment()):
            logger.info(line)
    except StageFailedError:
        listed = "\n".join(f"  {line}" for line in tail)
        raise StageFailedError(
            f"sru-ner annotate failed:\n{listed}\n  → run the flow again: it skips finished files"
        ) from None
    return tail[-1] if tail else ""


def annotate_command(
    inputs: list[str], model: str | None, output: str, options: Mapping[str, Option]
) -> list[str]:
    """Return the command line that annotates, or resumes an earlier run of the same command.

    model: model reference; None means the default model of the command. options: options of
    `sru-ner annotate` without dashes; true for an option without a value.
    """
    command = [sys.executable, "-m", "sru_ner", "annotate", *inputs]
    command += [] if model is None else ["--model", model]
    command += ["--output", output, "--resume"]
    for name, value in options.items():
        if value is not False:
            command.append(f"--{name.replace('_', '-')}")
            command += [] if value is True else [str(value)]
    return command


@flow(result_serializer="json")
def annotate(
    inputs: list[str],
    output: str,
    model: str | None = None,
    options: dict[str, Option] | None = None,
) -> str:
    """Annotate files, folders or globs into a folder; no file is done twice or left half done.

    options: options of `sru-ner annotate`, such as
    `{"to": "parquet", "overlaps": "flat", "processes": 4}`.
    """
    return annotate_files(annotate_command(inputs, model, output, options or {}))


if __name__ == "__main__":
    annotate(sys.argv[2:], output=sys.argv[1])
