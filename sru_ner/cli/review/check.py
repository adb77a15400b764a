"""`sru-ner review check NAME@candidate`: the gates of a version, for people and for CI."""

from pathlib import Path

import typer

from sru_ner.cli.options import ParamsFile
from sru_ner.cli.review.options import (
    Against,
    VersionArgument,
    VersionOption,
    show_gates,
    told_on_stderr,
)


def check(
    version: VersionArgument,
    number: VersionOption = None,
    against: Against = "champion",
    params_file: ParamsFile = None,
) -> None:
    """Check the gates of a version. The status is 1 if it does not pass them all."""
    import tempfile

    from sru_ner.cli.project_folder import suite_params
    from sru_ner.registry.client import open_client
    from sru_ner.registry.records import find_record
    from sru_ner.review.decide import other_version
    from sru_ner.review.gates import failed
    from sru_ner.review.gather import gather_findings
    from sru_ner.review.section import verdict

    settings = suite_params(params_file).review
    with told_on_stderr() as say, tempfile.TemporaryDirectory() as workspace:
        client = open_client(Path.cwd())
        record = find_record(client, version, number)
        held_to = other_version(client, record, against)
        findings = gather_findings(settings, Path.cwd(), record, held_to, Path(workspace), say=say)
    show_gates(findings.gates)
    typer.echo(f"{record.title}: {verdict(findings)}")
    if failed(findings.gates):
        raise typer.Exit(1)
