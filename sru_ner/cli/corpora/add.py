"""`sru-ner corpora add`: a corpus of the user's own, from local files in any known format."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.options import read_pairs, reader_options
from sru_ner.layout import RAW

if TYPE_CHECKING:
    from rich.console import Console

    from sru_ner.adding.draft import Contents, LocalFile
    from sru_ner.corpora.source import Source


def add(
    name: Annotated[str, typer.Argument(help="Name of the corpus: lower case, digits and _.")],
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Its files, folders or archives.", exists=True),
    ],
    reader: Annotated[
        str | None, typer.Option(help="Format; default: guessed from the content.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Option of the reader; repeatable."),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE=SPLIT",
            help="Split of a file: train, dev, test, or train+dev to draw dev; repeatable.",
        ),
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="SOURCE=TYPE",
            help="Type to map a type of the corpus to; nothing after = leaves it out; repeatable.",
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the corpus.")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence under which you have it.")] = None,
    citation: Annotated[str | None, typer.Option(help="Who made it.")] = None,
    catalog: Annotated[
        Path | None,
        typer.Option(
            help="Folder of your own corpora.", envvar="SRU_NER_CATALOG", show_default="corpora"
        ),
    ] = None,
    raw: Annotated[Path, typer.Option(help="Folder of the raw files.")] = RAW,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing and take all guesses.")] = False,
) -> None:
    """Add a corpus of your own: check how its files are read, map its types, keep it."""
    from rich.console import Console

    from sru_ner.adding.draft import draft_entry, entry_text, read_contents, write_entry
    from sru_ner.adding.preview import preview, show
    from sru_ner.corpora.catalog import OWN_CORPORA, load_with, own_file
    from sru_ner.corpora.detect import choose_format
    from sru_ner.corpora.source import read_entry

    console = Console(highlight=False)
    folder = catalog or OWN_CORPORA
    target = own_file(folder, name)
    known = load_with(folder)
    _check_name(name, known)
    files = _files(paths, read_pairs(split, "--split"))
    format_ = choose_format(files[0].path, reader, reader_options(option, "--option"))
    options = ", ".join(f"{key}: {value}" for key, value in format_.options.items())
    console.print(f"format: [bold]{format_.reader}[/]" + (f" ({options})" if options else ""))
    contents = read_contents(files, format_)
    mapped = _types(console, contents, read_pairs(types, "--type"), known, ask=not yes)
    about = {"title": title or name, "licence": licence, "citation": citation}
    given = {key: value for key, value in about.items() if value}
    entry = draft_entry(files, format_, contents, mapped, given)
    source = read_entry(name, entry)
    report, example = preview(source, files)
    show(console, source, report, example)
    console.print()
    if not yes and not typer.confirm(f"Write {target}, and copy the files to {raw / name}?"):
        typer.echo("Nothing was written.")
        raise typer.Exit(1)
    write_entry(target, entry_text(entry, contents))
    _copy(files, raw / name)
    _say_what_is_next(console, source, target)


def _check_name(name: str, known: Mapping[str, "Source"]) -> None:
    import re

    from sru_ner.corpora.source import NAME
    from sru_ner.errors import InputError

    if not re.fullmatch(NAME, name):
        raise InputError(
            f"{name!r} cannot be the name of a corpus",
            remedy="use lower case letters without accents, digits and _",
        )
    if name in known:
        raise InputError(
            f"the catalog already has a corpus {name!r}", remedy="give it another name"
        )


def _files(paths: list[Path], splits: Mapping[str, str]) -> "list[LocalFile]":
    from sru_ner.adding.draft import LocalFile, guess_split
    from sru_ner.dataset.schema import SPLITS
    from sru_ner.errors import UnknownNameError

    names = [path.name for path in paths]
    for name, given in splits.items():
        if name not in names:
            raise UnknownNameError("file", name, names, place="--split")
        for split in given.split("+"):
            if split not in SPLITS:
                raise UnknownNameError("split", split, SPLITS)
    return [
        LocalFile(
            path,
            tuple(splits[path.name].split("+")) if path.name in splits else guess_split(path),
        )
        for path in map(Path.absolute, paths)
    ]


def _types(
    console: "Console",
    contents: "Contents",
    given: Mapping[str, str],
    known: Mapping[str, "Source"],
    *,
    ask: bool,
) -> dict[str, str | None]:
    from rich.markup import escape

    from sru_ner.adding.suggest import is_known, suggest_types
    from sru_ner.errors import InputError

    if not contents.mentions and not given:
        raise InputError(
            "these files have no mentions",
            remedy="check --reader and --option; name types without mentions with --type",
        )
    suggested = suggest_types(contents.mentions, known)
    mapped: dict[str, str | None] = {}
    for name, count in contents.mentions.most_common():
        type_ = given.get(name, suggested[name])
        origin = "as in other corpora" if is_known(type_, known) else "a new type"
        shown = f"{escape(name)}: {count:,} ×, such as {escape(contents.examples[name])!r}"
        if name in given or not ask:
            console.print(f"{shown} → {type_ or 'left out'}" + (f" ({origin})" if type_ else ""))
        else:
            console.print(shown)
            type_ = typer.prompt(f"  its type, or - to leave it out ({origin})", default=type_)
        mapped[name] = None if type_ in ("", "-") else type_
    return {**mapped, **{name: type_ or None for name, type_ in given.items()}}


def _copy(files: "list[LocalFile]", folder: Path) -> None:
    import shutil

    from sru_ner.files import atomic_path

    for file in files:
        target = folder / file.path.name
        if target.exists() and target.samefile(file.path):
            continue
        with atomic_path(target) as fresh:
            if file.path.is_dir():
                shutil.copytree(file.path, fresh)
            else:
                shutil.copyfile(file.path, fresh)


def _say_what_is_next(console: "Console", source: "Source", entry: Path) -> None:
    from sru_ner.corpora.catalog import CATALOG_VARIABLE, OWN_CORPORA

    console.print(f"The entry of [bold]{source.name}[/] is {entry}. Next:")
    folder = entry.parent
    if folder != Path(os.environ.get(CATALOG_VARIABLE) or OWN_CORPORA):
        console.print(f"  export SRU_NER_CATALOG={folder.absolute()}", soft_wrap=True)
    console.print(f"  sru-ner harmonize {source.name}")
