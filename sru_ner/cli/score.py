"""`sru-ner score`: compare a file of predicted mentions with a file of gold mentions."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.options import reader_options
from sru_ner.cli.score_table import show_scores

if TYPE_CHECKING:
    import pyarrow as pa

    from sru_ner.corpora.incidents import Incidents
    from sru_ner.predictions.annotations import Annotations
    from sru_ner.predictions.file_scores import Score

OUTPUTS = (".json", ".csv", ".md", ".parquet")


def score(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="File, folder or archive with the gold mentions."),
    ],
    predicted: Annotated[
        Path, typer.Argument(metavar="PRED", help="File, folder or archive with predictions.")
    ],
    match: Annotated[
        list[str] | None,
        typer.Option(
            help="exact, left, right, overlap or within-N (N characters), followed by -any-type"
            " if types do not matter; partial; all. Repeatable.",
            show_default="exact, overlap",
        ),
    ] = None,
    types: Annotated[
        str | None,
        typer.Option(help="Types to score: A,B,…", show_default="those of GOLD"),
    ] = None,
    type_map: Annotated[
        str,
        typer.Option(help="Map types of PRED to types of GOLD: a tool's name, a file or A=B,C=D."),
    ] = "",
    gold_type_map: Annotated[str, typer.Option(help="Map types of GOLD in the same way.")] = "",
    per_type: Annotated[
        bool, typer.Option("--per-type", help="Also show figures by type.")
    ] = False,
    without_crossing: Annotated[
        bool,
        typer.Option(
            "--without-crossing", help="Also show figures without mentions that cross sentences."
        ),
    ] = False,
    intervals: Annotated[
        bool,
        typer.Option(
            "--intervals", help="Also show 95 % intervals: how far other documents move a figure."
        ),
    ] = False,
    align: Annotated[
        bool,
        typer.Option(
            "--align",
            help="Carry mentions over if PRED has another version of a text, and move mentions"
            " that quote another text than the one at their offsets.",
        ),
    ] = False,
    gold_format: Annotated[
        str | None, typer.Option(help="Format of GOLD.", show_default="detected")
    ] = None,
    pred_format: Annotated[
        str | None, typer.Option(help="Format of PRED.", show_default="detected")
    ] = None,
    gold_option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Option for the reader of GOLD. Repeatable."),
    ] = None,
    pred_option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Option for the reader of PRED. Repeatable."),
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            help="Write figures (json, csv, md) or decisions (parquet) to a file. Repeatable."
        ),
    ] = None,
) -> None:
    """Compare predicted with gold mentions, in files of any known format."""
    from sru_ner.corpora.incidents import Incident, Incidents
    from sru_ner.predictions.file_decisions import decide_files
    from sru_ner.predictions.file_scores import Score, not_scored, ways_of_matching
    from sru_ner.predictions.file_scores import score as figures
    from sru_ner.predictions.missing_texts import with_texts
    from sru_ner.predictions.type_maps import TypeMap, find_type_map

    _check_outputs(output or [])
    matches = ways_of_matching(match or ("exact", "overlap"))
    maps = [find_type_map(given) if given else TypeMap() for given in (gold_type_map, type_map)]
    sides = [
        _read("gold", gold, gold_format, gold_option),
        _read("pred", predicted, pred_format, pred_option),
    ]
    sides = [
        with_texts(
            one,
            other,
            aligned=align,
            remedy="take the mentions of the same texts, or add --align to move each mention to"
            " the nearest place with the text that it quotes",
        )
        for one, other in (sides, reversed(sides))
    ]
    incidents = Incidents()
    decisions = decide_files(
        *sides,
        gold_types=maps[0],
        types=maps[1],
        inventory=[name.strip() for name in types.split(",") if name.strip()] if types else None,
        incidents=incidents,
        aligned=align,
    )
    rows = figures(decisions, matches, per_type=per_type)
    inside, inner = decisions, list[Score]()
    if without_crossing:
        from sru_ner.predictions.sentence_crossing import sentence_starts
        from sru_ner.predictions.sentence_crossing import without_crossing as within_sentences

        starts = {d.id: sentence_starts(d) for d in sides[0].documents.values()}
        inside = within_sentences(decisions, starts)
        reason = "mentions reaching into a second sentence"
        incidents.add(Incident("noted", reason), len(decisions) - len(inside))
        inner = figures(inside, matches, mentions="one sentence", per_type=per_type)
    if intervals:
        from sru_ner.predictions.file_intervals import with_intervals

        names = sorted(sides[0].documents)
        if len(names) < 2:
            incidents.add(Incident("noted", "documents in GOLD, too few for intervals"), len(names))
        rows, inner = (
            with_intervals(own, found, names) for own, found in ((rows, decisions), (inner, inside))
        )
    rows += inner
    for type_, count in not_scored(decisions).items():
        reason = f"predictions of type {type_}, which is not scored"
        incidents.add(Incident("noted", reason), count)
    show_scores(rows, incidents)
    for path in output or ():
        _write(path, rows, incidents, decisions)


def _read(side: str, path: Path, reader: str | None, options: list[str] | None) -> "Annotations":
    """Read one side's file; messages name the options of this command for that side."""
    from sru_ner.errors import InputError
    from sru_ner.predictions.annotations import read_annotations

    option = f"--{side}-option"
    try:
        return read_annotations(
            path,
            reader=reader,
            options=reader_options(options, option),
            named_by=f"--{side}-format",
        )
    except InputError as error:
        # Readers know only the option of `sru-ner corpora add` and `annotate`.
        remedy = re.sub(r"(?<!\S)--option\b", option, error.remedy or "")
        if remedy == (error.remedy or ""):
            raise
        raise InputError(error.problem, path=error.path, line=error.line, remedy=remedy) from None


def _check_outputs(paths: Sequence[Path]) -> None:
    from sru_ner.errors import InputError

    for path in paths:
        if path.suffix not in OUTPUTS:
            raise InputError(
                f"--output {path}: this format is not supported",
                remedy=f"let its name end in {', '.join(OUTPUTS)}",
            )


def _write(
    path: Path, rows: "Sequence[Score]", incidents: "Incidents", decisions: "pa.Table"
) -> None:
    from sru_ner.decisions.table import write_decisions
    from sru_ner.files import write_json, write_text
    from sru_ner.predictions.file_scores import as_csv, as_markdown, as_values

    if path.suffix == ".parquet":
        write_decisions(path, decisions, tested=decisions["tested"].unique().to_pylist())
    elif path.suffix == ".json":
        write_json(path, {"scores": as_values(rows), "notes": incidents.sentences()})
    else:
        write_text(path, as_csv(rows) if path.suffix == ".csv" else as_markdown(rows))
