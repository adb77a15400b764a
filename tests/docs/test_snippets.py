"""Commands and code of README and docs are run, page by page, as a reader would run them."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer

from sru_ner.cli.main import app
from tests.docs.blocks import MADE, PAGES, Block, blocks, commands, name_of, named_commands

NOT_RUN = {
    r"make |source |python -m (tools|bench)": "what .ci/run does, or makes what is committed",
    r"pip (install|download)|hf upload|export PIP_": "needs the network",
    r"(for part in|unzip) |.*--encoder encoders/": "needs a download",
    r"curl |MLFLOW_TRACKING_URI=": "tests/tracking/test_serving.py runs them",
    r"sru-ner (serve|demo-page)": "runs until it is stopped: tests/serving/ starts the servers",
    r"(python -m flows|prefect|dvc|torchrun)\b": "takes minutes: tests/test_pipeline.py runs them",
    r".*--with bc5cdr": "downloads a corpus",
    r".*models:/my-ner@champion": "needs a registry: tests/registry/test_versions.py",
    r"sru-ner review": "needs a registry: tests/review/test_review.py",
    r"sru-ner reproduce": "trains a suite: tests/reproduction/test_reproduce.py",
    r"sru-ner runs": "needs a registry: tests/registry/test_prune.py",
    r"sru-ner report": "needs a trained suite: tests/test_pipeline.py runs the stage",
    r"sru-ner (corpora (add|inventory)|harmonize)": "asks questions: tests/cli/corpora/test_add.py",
    r"docker |echo \"POSTGRES|python3 -m venv /opt|/opt/|cp -r models/released": "Docker, or root",
    r"sru-ner judge (corpus|log)": "needs verdicts: tests/cli/judge/test_judge.py",
    r"sru-ner doctor": "its status depends on the machine: tests/cli/test_doctor.py",
}
"""Commands that are not run here, as regular expressions of their beginning → the reason."""
NOT_RUN_CODE = {
    "docs/tutorial/use-a-model.md": "tests/test_tutorial.py runs it, and looks at its output",
    "docs/how-to/train-your-own-model.md": "needs a download",
    "docs/how-to/serve-a-model.md": "needs a server: tests/serving/",
    "docs/how-to/score-another-tool.md": "tests/cli/test_score.py runs it",
}
"""Pages whose Python is run elsewhere → where."""
CODE_NOT_RUN = {
    "import json\nimport os\nfrom urllib": "needs a server: tests/serving/test_clients.py",
    "from prefect.flow_runs": "needs a server and a worker",
    "import mlflow, pandas": "needs a registry: tests/tracking/test_logged_model.py",
    "from sru_ner.tracking.spark_column": "needs Spark: tests/tracking/test_spark_column.py",
}
"""Beginnings of further Python that is not run here → the reason."""
SHORTER = {
    " --epochs 10": "",
    " --minutes 20": "",
    "sru-ner fit ": "sru-ner fit --epochs 1 --set epoch_sequences=32 ",
    " --model models:/sru-ner@champion": "",
    " --processes 4": "",
    "--types Gene ": "--types Disease ",
    "Aspirin did not help mice with influenza.": "Aspirin treats headache in mice.",
    "[[101, 22720, 102]]": "[[2, 6, 3]]",
}
"""What is said for people → what a test says, to take seconds with tiny models, which know less."""
RUN = [page for page in PAGES if name_of(page) not in MADE]


def reason_not_to_run(command: str) -> str | None:
    return next((why for begin, why in NOT_RUN.items() if re.match(begin, command)), None)


def runs_elsewhere(page: Path, block: Block) -> bool:
    return name_of(page) in NOT_RUN_CODE or block.text.startswith(tuple(CODE_NOT_RUN))


def shorter(text: str) -> str:
    for told, short in SHORTER.items():
        text = text.replace(told, short)
    return text


def run_shell(block: Block, environment: Mapping[str, str]) -> None:
    """Run the commands of a block that can be run, in one shell, and show what went wrong."""
    lines = [c for c in commands(block.text) if not reason_not_to_run(c)]
    script = shorter("\n".join(lines))
    shell = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(shell, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_what_a_page_says_runs(
    page: Path,
    shell_environment: Mapping[str, str],
    reader_folder: Path,
    capsys: pytest.CaptureFixture,
) -> None:
    names: dict[str, object] = {}
    for number, block in enumerate(blocks(page)):
        if block.kind == "shell":
            run_shell(block, {**os.environ, **shell_environment})
        elif block.kind == "file":
            target = reader_folder / block.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(shorter(block.text), encoding="utf-8")
        elif block.kind == "python" and not runs_elsewhere(page, block):
            exec(compile(shorter(block.text), f"{page.name}, block {number}", "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_commands_and_options_exist(page: Path) -> None:
    """Also those that are not run: every `sru-ner` on a page names a command and its options."""
    unknown = []
    for said in named_commands(page):
        command = typer.main.get_command(app)
        words = re.findall(r"\S+", said)[1:]
        while hasattr(command, "commands") and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        if words and (implied := getattr(command, "implied", None)):
            command = command.commands[implied]
        if hasattr(command, "commands") and words and re.match(r"[a-z]", words[0]):
            unknown.append(said)
            continue
        known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
        known |= {"--help"}
        options = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
        unknown += [f"{said}: {option}" for option in options if option not in known]
    assert unknown == []


def test_every_exception_is_needed() -> None:
    shell = [c for p in RUN for b in blocks(p) if b.kind == "shell" for c in commands(b.text)]
    assert [begin for begin in NOT_RUN if not any(re.match(begin, c) for c in shell)] == []
    code = [b.text for p in RUN for b in blocks(p) if b.kind == "python"]
    assert [begin for begin in CODE_NOT_RUN if not any(c.startswith(begin) for c in code)] == []
    pages = {name_of(p) for p in RUN if any(b.kind == "python" for b in blocks(p))}
    assert set(NOT_RUN_CODE) - pages == set()
    text = "".join(b.text for p in RUN for b in blocks(p))
    assert [told for told in SHORTER if told not in text] == []
    run = [c for c in shell if reason_not_to_run(c) is None]
    assert len(run) > 25
