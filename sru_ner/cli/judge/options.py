"""Options that several commands of `sru-ner judge` share."""

from pathlib import Path
from typing import Annotated

import typer

SampleFolder = Annotated[
    Path, typer.Option(help="Folder of the sample, with items.jsonl and key.parquet.")
]
