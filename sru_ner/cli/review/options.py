"""Options that the commands of `sru-ner review` share, and how gates are printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sru_ner.review.gates import Gate
    from sru_ner.review.gather import Say

VersionArgument = Annotated[
    str, typer.Argument(metavar="NAME@ALIAS", help="Registered version; or NAME with --version.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Registered model.")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="Number of the version, instead of @ALIAS.", min=1)
]
By = Annotated[str, typer.Option("--by", help="Who decides; the history keeps it.")]
Because = Annotated[str, typer.Option("--because", help="Why; the history keeps it.")]
Against = Annotated[
    str, typer.Option("--against", help="Alias or number of the version to hold it to.")
]


@contextmanager
def told_on_stderr() -> "Iterator[Say]":
    """Yield what shows each step: beside a spinner on a terminal, else as a line of stderr."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status("asking the registry") as status:
            yield status.update
    else:
        yield lambda step: typer.echo(f"{step} …", err=True)


def show_gates(gates: "Sequence[Gate]") -> None:
    """Print gates as a table; nothing if there are none."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table("gate", "required", "found", "result", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for gate in gates:
        style = None if gate.status == "passed" else "bold red"
        table.add_row(gate.name, gate.required, gate.found, gate.status, style=style)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 160  # a file has room for all columns
    if gates:
        console.print(table)
