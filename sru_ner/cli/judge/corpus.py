"""`sru-ner judge corpus`: make a corpus of what people judged."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.judge.options import SampleFolder


def corpus(
    judged: Annotated[Path, typer.Argument(help="Folder that `judge import` wrote.")],
    sample: SampleFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, .jsonl.")],
) -> None:
    """Make a corpus of what people judged, to learn from: `sru-ner corpora add` reads the file.

    The corpus has each sentence with a settled verdict: one on which nobody differs. It says at
    which places a mention is right and at which it is wrong. All other places stay open, because
    nobody looked there.
    """
    from sru_ner.assessment.exports.json_lines import write_lines
    from sru_ner.assessment.items import ITEMS, read_items
    from sru_ner.assessment.judged_corpus import judged_corpus
    from sru_ner.assessment.judged_folder import VERDICTS
    from sru_ner.assessment.judgements import read_judgements, sources_of
    from sru_ner.errors import InputError
    from sru_ner.rendering.amounts import counted

    items = read_items(sample / ITEMS)
    judgements = read_judgements(items, sources_of([judged / VERDICTS]))
    documents = judged_corpus(judgements)
    if not documents:
        raise InputError(
            "no verdict is settled, so there is nothing to learn",
            path=judged,
            remedy="judge more items, or settle disagreements",
        )
    write_lines(output, documents)
    mentions = sum(len(document["spans"]) for document in documents)
    typer.echo(
        f"{counted(len(documents), 'sentence')} with {counted(mentions, 'mention')}: {output}"
    )
