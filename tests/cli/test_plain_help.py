"""The help of every command in a terminal of 80 columns."""

import re

import pytest
from typer.testing import CliRunner

from sru_ner.cli.main import COMMANDS, CORPORA, RUNS, app

NAMES = [
    *([command.__name__.replace("_", "-")] for group in COMMANDS.values() for command in group),
    *(["corpora", name] for name in CORPORA),
    *(["runs", name] for name in RUNS),
]


def help_of(*command: str) -> str:
    return CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "80"}).output


@pytest.mark.parametrize("command", [[], ["corpora"], *NAMES], ids=" ".join)
def test_it_fits_and_says_what_options_take(command):
    printed = help_of(*command)
    assert "--help" in printed
    assert max(map(len, printed.splitlines())) <= 80
    # Neither types of Python, nor formulas, nor an ellipsis behind a name.
    assert not re.search(r"<\w+( range)?>|list\[|[<>]=x|x[<>]=|default: \(|…\]", printed)


def test_paragraphs_are_filled():
    lines = help_of("annotate").splitlines()
    start = next(i for i, line in enumerate(lines) if "One file, or standard output" in line)
    paragraph = lines[start : lines.index("", start)]
    assert all(len(line) > 60 for line in paragraph[:-1])


def test_a_flag_takes_nothing_and_choices_are_listed():
    printed = help_of("annotate")
    assert re.search(r"--resume\s{2,}Go on", printed)
    assert "--precision fp32|bf16" in printed
    assert re.search(r"--format NAME .*One of: text, jsonl,", printed, re.DOTALL)
    assert re.search(r"\[default: 32;\s+at\s+least\s+1\]", printed)
    assert re.search(r"from\s+0\s+to\s+65535", help_of("serve"))
    assert re.search(r"--open / --no-open\s", help_of("demo-page"))


def test_the_commands_are_below_headings():
    printed = help_of()
    assert all(heading in printed for heading in COMMANDS)
