"""Stages say all that they read: the code that their command imports, and their parameters."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
UP = {"data/dvc.yaml": "../", "suites/stages.yaml": "../../"}
"""File of stages → way from the folder where DVC reads it to the project's."""


def stages_of(file: str) -> dict:
    return yaml.safe_load((ROOT / file).read_text())["stages"]


STAGES = {name: stage for file in UP for name, stage in stages_of(file).items()}

COMMANDS = {
    "catalog": ("corpora/entries", "entries"),
    "corpora": ("corpora/fetch", "fetch"),
    "harmonize": ("harmonize", "harmonize"),
    "tables": ("corpora/tables", "tables"),
    "leakage": ("corpora/leakage", "leakage"),
    "manifests": ("manifests", "manifests"),
    "train": ("train", "train"),
    "evaluate": ("evaluate", "evaluate"),
    "evaluate_predictions": ("evaluate_predictions", "evaluate_predictions"),
    "report": ("report", "report"),
    "assess": ("assess", "assess"),
    "judgements": ("judgements", "judgements"),
    "register": ("register", "register"),
}
"""Stage → module and function of the command line."""

READING = {
    "sru_ner/corpora/archives.py",
    "sru_ner/corpora/incidents.py",
    "sru_ner/corpora/readers",
    "sru_ner/corpora/unpacking.py",
    "sru_ner/corpora/xml_elements.py",
    "sru_ner/dataset",
    "sru_ner/text/invisible.py",
}
"""Code that reads corpora. A catalog entry is checked against the readers and their options."""

AMOUNTS = "sru_ner/rendering/amounts.py"
"""Numbers with their nouns, which these stages need for messages only."""

CHECKING = {
    "catalog": {*READING, "sru_ner/corpora/addresses.py", AMOUNTS},
    "corpora": {*READING, AMOUNTS, "sru_ner/corpora/required_splits.py"},
    "harmonize": {"sru_ner/corpora/addresses.py", AMOUNTS},
    "manifests": {"sru_ner/corpora", "sru_ner/text/invisible.py", AMOUNTS},
    "train": {
        "sru_ner/manifests/needed_splits.py",
        *(f"sru_ner/tracking/{name}.py" for name in ("live", "live_messages")),
        AMOUNTS,
        *(f"sru_ner/training/{name}.py" for name in ("progress", "rarely_found")),
    },
    "evaluate_predictions": {AMOUNTS},
    "register": {f"sru_ner/environment/{name}.py" for name in ("checks", "device")},
}
"""Stage → code that only checks names and options or tells what happens, and writes no output."""

EVERYWHERE = {
    *(f"sru_ner/{name}.py" for name in ("__init__", "errors", "files", "layout", "locks")),
    "sru_ner/cli/project_folder.py",
    *(
        f"sru_ner/settings/{name}.py"
        for name in ("names", "params", "sections", "shared", "validation")
    ),
}
"""Paths, locks, errors, reading of parameters: DVC tracks their content as outs and params."""

SWITCHES = {
    f"sru_ner/environment/{name}.py"
    for name in ("embedded_encoder", "extras", "offline", "provenance", "version")
}
"""What is installed, allowed and recorded; it changes no figure."""


def body(stage: str) -> dict:
    return STAGES[stage].get("do", STAGES[stage])


def dependencies(stage: str) -> list[str]:
    """What a stage depends on, relative to the project's folder if it is code."""
    (up,) = (up for file, up in UP.items() if stage in stages_of(file))
    return [dep.removeprefix(up) for dep in body(stage)["deps"]]


def source_file(module: str) -> str | None:
    path = module.replace(".", "/")
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        if (ROOT / candidate).is_file():
            return candidate
    return None


def type_checking_only(tree: ast.AST) -> set[ast.AST]:
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {child for block in blocks for child in ast.walk(block)}


def imported(tree: ast.AST) -> set[str]:
    skipped = type_checking_only(tree)
    modules = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sru_ner"):
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {path for module in modules if (path := source_file(module))}


def code_behind(stage: str) -> set[str]:
    """Files of the package that the command of a stage imports, directly or not."""
    module, function = COMMANDS[stage]
    tree = ast.parse((ROOT / f"sru_ner/cli/{module}.py").read_text())
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    # The work itself may be in a function of its own; others only print.
    parts = [functions[name] for name in (function, f"_{function}") if name in functions]
    found: set[str] = set()
    pending = set().union(*map(imported, parts))
    while pending:
        path = pending.pop()
        found.add(path)
        # The package's own lazy attributes are not what a stage runs.
        if path != "sru_ner/__init__.py":
            pending |= imported(ast.parse((ROOT / path).read_text())) - found
    return {path for path in found - EVERYWHERE - SWITCHES if not is_name_plate(path)}


def is_name_plate(path: str) -> bool:
    """Whether a file is a package's `__init__.py` that only says what the package is for."""
    body = ast.parse((ROOT / path).read_text()).body
    return all(isinstance(node, ast.Expr) for node in body)


@pytest.mark.parametrize("stage", STAGES)
def test_stage_depends_on_the_code_it_runs(stage):
    covered = {*dependencies(stage), *CHECKING.get(stage, ())}
    missing = [
        path
        for path in sorted(code_behind(stage))
        if not any(path == dep or path.startswith(f"{dep}/") for dep in covered)
    ]
    assert missing == []


@pytest.mark.parametrize("stage", STAGES)
def test_stage_does_not_depend_on_other_code(stage):
    used = code_behind(stage)
    code = [
        dep for dep in dependencies(stage) if dep.startswith("sru_ner/") and dep.endswith(".py")
    ]
    assert [dep for dep in code if dep not in used] == []


def test_verdicts_on_one_suite_leave_the_judgements_of_others_alone():
    assert "verdicts/${suite}" in dependencies("judgements")
    assert "verdicts" not in dependencies("judgements")


@pytest.mark.parametrize("stage", STAGES)
def test_no_name_becomes_a_part_of_a_shell_command(stage):
    command = body(stage)["cmd"]
    assert not re.search(r"(?<!\\)\$\{", command)  # what DVC would replace
    named = command.endswith(' "\\${DVC_STAGE##*@}"')
    assert named == ("foreach" in STAGES[stage])


HOSTILE = ["x$(touch mark)", "x`touch mark`", "x'; touch mark; '", 'x"; touch mark; "', "-x y"]


def test_a_name_with_a_shell_command_in_it_runs_nothing(tmp_path):
    names = sorted(HOSTILE)
    stages = {
        stage: {"foreach": names, "do": {"cmd": body(stage)["cmd"]}}
        for stage, described in STAGES.items()
        if "foreach" in described and stage in ("corpora", "train")
    }
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}))
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/sru-ner"
    command.write_text('#!/bin/sh\nfor last; do :; done\nprintf "%s\\n" "$last" >> given\n')
    command.chmod(0o755)
    path = os.pathsep.join([str(command.parent), os.environ["PATH"]])
    dvc = [sys.executable, "-m", "dvc"]
    for arguments in (["init", "-q", "--no-scm"], ["repro", "-q"]):
        subprocess.run(
            [*dvc, *arguments], cwd=tmp_path, check=True, env={**os.environ, "PATH": path}
        )
    assert not (tmp_path / "mark").exists()
    assert sorted((tmp_path / "given").read_text().splitlines()) == sorted([*names, *names])
