"""Entry point of `sru-ner`."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Never

import typer

from sru_ner.cli.annotate import annotate
from sru_ner.cli.assess import assess
from sru_ner.cli.corpora.add import add
from sru_ner.cli.corpora.counts import counts
from sru_ner.cli.corpora.entries import entries
from sru_ner.cli.corpora.fetch import fetch
from sru_ner.cli.corpora.inventory import inventory
from sru_ner.cli.corpora.leakage import leakage
from sru_ner.cli.corpora.list import list_corpora
from sru_ner.cli.corpora.remove import remove
from sru_ner.cli.corpora.report import report as report_corpora
from sru_ner.cli.corpora.tables import tables
from sru_ner.cli.demo_page import demo_page
from sru_ner.cli.doctor import doctor
from sru_ner.cli.evaluate import evaluate
from sru_ner.cli.evaluate_predictions import evaluate_predictions
from sru_ner.cli.export import export
from sru_ner.cli.faults import end_on_signals, fault_of_the_machine, open_closed_streams
from sru_ner.cli.fit import fit
from sru_ner.cli.harmonize import harmonize
from sru_ner.cli.init import init
from sru_ner.cli.judge.corpus import corpus
from sru_ner.cli.judge.import_verdicts import import_verdicts
from sru_ner.cli.judge.log import log
from sru_ner.cli.judge.sample import sample
from sru_ner.cli.judge.size import size
from sru_ner.cli.judgements import judgements
from sru_ner.cli.manifests import manifests
from sru_ner.cli.package import package
from sru_ner.cli.plain_help import Headings, PlainHelp
from sru_ner.cli.register import register
from sru_ner.cli.report import report
from sru_ner.cli.reproduce import reproduce
from sru_ner.cli.review.check import check
from sru_ner.cli.review.history import history
from sru_ner.cli.review.promote import promote
from sru_ner.cli.review.reject import reject
from sru_ner.cli.review.rollback import rollback
from sru_ner.cli.review.write import ReviewGroup, write
from sru_ner.cli.runs.prune import prune
from sru_ner.cli.score import score
from sru_ner.cli.serve import serve
from sru_ner.cli.train import train
from sru_ner.environment.extras import not_installed
from sru_ner.environment.garbage import collect_rarely
from sru_ner.environment.threads import spin_briefly
from sru_ner.environment.version import __version__
from sru_ner.errors import SruNerError

COMMANDS: Mapping[str, Sequence[Callable[..., None]]] = {
    "Make a model": (fit, init),
    "Use a model": (annotate, serve, demo_page, score, export, package),
    "Stages of the pipeline": (
        *(harmonize, manifests, train, evaluate, evaluate_predictions),
        *(report, assess, judgements, register, reproduce),
    ),
    "This installation": (doctor,),
}
"""Heading of the help → the commands below it."""

CORPORA: Mapping[str, Callable[..., None]] = {
    "list": list_corpora,
    "fetch": fetch,
    "add": add,
    "remove": remove,
    "inventory": inventory,
    "counts": counts,
    "entries": entries,
    "leakage": leakage,
    "tables": tables,
    "report": report_corpora,
}
"""The commands of `sru-ner corpora`, by name."""

JUDGE: Mapping[str, Callable[..., None]] = {
    "sample": sample,
    "size": size,
    "import": import_verdicts,
    "corpus": corpus,
    "log": log,
}
"""The commands of `sru-ner judge`, by name."""

REVIEW: Mapping[str, Callable[..., None]] = {
    "write": write,
    "check": check,
    "promote": promote,
    "reject": reject,
    "rollback": rollback,
    "history": history,
}
"""The commands of `sru-ner review`, by name."""

RUNS: Mapping[str, Callable[..., None]] = {"prune": prune}
"""The commands of `sru-ner runs`, by name."""

app = typer.Typer(
    name="sru-ner",
    cls=Headings,
    help="Train, evaluate and use named-entity recognition across differently annotated corpora.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
corpora = typer.Typer(
    cls=Headings,
    help="List the corpora of the catalog, fetch them, compare their types, add your own.",
    no_args_is_help=True,
)
review = typer.Typer(
    cls=ReviewGroup,
    help="Review a registered model beside the champion, check its gates, decide about it."
    " `review NAME@candidate` writes the review.",
    no_args_is_help=True,
)

judge = typer.Typer(
    cls=Headings,
    help="Let people judge predictions: draw a sample, read their verdicts, count.",
    no_args_is_help=True,
)
runs = typer.Typer(
    cls=Headings,
    help="Tidy up the runs and versions of the project in MLflow.",
    no_args_is_help=True,
)


def show_version(asked: bool) -> None:
    """Print the version and end, if it was asked for."""
    if asked:
        typer.echo(f"sru-ner {__version__}")
        raise typer.Exit


@app.callback()
def options_of_all(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=show_version, is_eager=True),
    ] = False,
) -> None:
    """Train, evaluate and use named-entity recognition across differently annotated corpora."""


app.add_typer(judge, name="judge", rich_help_panel="Use a model")
app.add_typer(review, name="review", rich_help_panel="Make a model")
app.add_typer(corpora, name="corpora", rich_help_panel="Stages of the pipeline")
app.add_typer(runs, name="runs", rich_help_panel="Stages of the pipeline")
for heading, commands in COMMANDS.items():
    for command in commands:
        app.command(cls=PlainHelp, rich_help_panel=heading)(command)
for name, corpora_command in CORPORA.items():
    corpora.command(name, cls=PlainHelp)(corpora_command)
for name, judge_command in JUDGE.items():
    judge.command(name, cls=PlainHelp)(judge_command)
for name, review_command in REVIEW.items():
    review.command(name, cls=PlainHelp)(review_command)
for name, runs_command in RUNS.items():
    runs.command(name, cls=PlainHelp)(runs_command)


def main() -> None:
    """Run the command line. Errors that a user can correct end with a message and status 2.

    So do errors of the machine, such as a full disk.
    """
    collect_rarely()
    end_on_signals()
    open_closed_streams()
    spin_briefly()
    try:
        app()
    except SruNerError as error:
        _stop(error)
    except ImportError as error:
        _stop(not_installed(error) or fault_of_the_machine(error) or error)
    except Exception as error:
        _stop(fault_of_the_machine(error) or error)


def _stop(error: Exception) -> Never:
    if not isinstance(error, SruNerError):
        raise error
    print(f"sru-ner: {error}", file=sys.stderr)
    sys.exit(2)
