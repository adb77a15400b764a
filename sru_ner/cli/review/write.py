"""`sru-ner review NAME@candidate`: the review of a version, as a page and as Markdown."""

from pathlib import Path
from typing import Any

import typer

from sru_ner.cli.options import ParamsFile
from sru_ner.cli.plain_help import Headings
from sru_ner.cli.review.options import (
    Against,
    VersionArgument,
    VersionOption,
    show_gates,
    told_on_stderr,
)


class ReviewGroup(Headings):
    """Group that takes anything but the name of a command for a version to review."""

    implied = "write"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the implied command before arguments that name none."""
        if args and args[0] != "--help" and args[0] not in self.commands:
            args = [self.implied, *args]
        return super().parse_args(ctx, args)


def write(
    version: VersionArgument,
    number: VersionOption = None,
    against: Against = "champion",
    params_file: ParamsFile = None,
) -> None:
    """Write a review into reports/review, and log it with the version.

    `sru-ner review NAME@candidate` does the same.
    """
    import tempfile

    from sru_ner.cli.project_folder import suite_params
    from sru_ner.registry.client import open_client
    from sru_ner.registry.records import find_record
    from sru_ner.review.decide import other_version
    from sru_ner.review.gather import gather_review
    from sru_ner.review.publish import publish
    from sru_ner.review.section import verdict

    settings = suite_params(params_file).review
    with told_on_stderr() as say, tempfile.TemporaryDirectory() as workspace:
        client = open_client(Path.cwd())
        record = find_record(client, version, number)
        held_to = other_version(client, record, against)
        review = gather_review(settings, Path.cwd(), record, held_to, Path(workspace), say=say)
        page = publish(client, review, Path.cwd(), say=say)
    show_gates(review.findings.gates)
    typer.echo(f"{record.title}: {verdict(review.findings)}")
    typer.echo(f"Review: {page.relative_to(Path.cwd())}")
