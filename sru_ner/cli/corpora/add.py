"""`sru-ner corpora add`: a corpus of the user's own, from local files in any known format."""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sru_ner.cli.options import read_pairs, reader_options, splits_by_file
from sru_ner.layout import RAW

if TYPE_CHECKING:
    from rich.console import Console

    from sru_ner.adding.draft import Contents
    from sru_ner.adding.files import LocalFile
    from sru_ner.corpora.source import Source


def add(
    name: Annotated[str, typer.Argument(help="Name of the corpus: lower case, digits and _.")],
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Its files, folders or archives.", exists=True),
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
            metavar="[FILE=]SPLIT",
            help="Split of a file, or of all files: train, dev or test, or several to draw"
            " documents into them, such as train+dev+test. FILE may be a path inside a folder or"
            " archive: corpus/gold=test; repeatable. Default: guessed from names; without names,"
            " documents are drawn into all three.",
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
    looked_for: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE",
            help="A type of --type that annotators looked for but never found; repeatable.",
        ),
    ] = None,
    discontinuous: Annotated[
        Literal["refuse", "hull", "parts"] | None,
        typer.Option(
            help="What becomes of mentions in pieces: they are refused, the default; or become one"
            " from the first to the last character (hull); or one for each piece (parts).",
            show_default=False,
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
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Replace your own corpus of this name; what the new command does not say about"
            " types, title, licence and the like is kept.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing and take all guesses.")] = False,
) -> None:
    """Add a corpus of your own: check how its files are read, map its types, keep it."""
    from rich.console import Console

    from sru_ner.adding.draft import draft_entry, entry_text, format_of, read_contents, write_entry
    from sru_ner.adding.files import find_files
    from sru_ner.adding.pieces import pieces_notes
    from sru_ner.adding.preview import preview, show
    from sru_ner.corpora.catalog import OWN_CORPORA, load_with, own_file
    from sru_ner.corpora.source import read_entry

    console = Console(highlight=False)
    folder = catalog or OWN_CORPORA
    target = own_file(folder, name)
    known = load_with(folder)
    before = known.get(name) if replace and target.exists() else None
    _check_name(name, {} if before else known, replace=replace)
    _check_target(paths, raw / name)
    found = find_files(paths, splits_by_file(split))
    given = reader_options(option, "--option")
    given |= {"discontinuous": discontinuous} if discontinuous else {}
    format_ = format_of(found.files, reader, given)
    options = ", ".join(f"{key}: {value}" for key, value in format_.options.items())
    console.print(f"format: [bold]{format_.reader}[/]" + (f" ({options})" if options else ""))
    contents = read_contents(name, found.files, format_)
    pieces = [] if "discontinuous" in format_.options else pieces_notes(contents.pieces)
    _tell(console, [*format_.notes, *found.notes, *pieces], contents)
    old_types = {key: value or "" for key, value in before.types.items()} if before else {}
    new_types = read_pairs(types, "--type")
    mapped = _types(
        console,
        contents,
        {**old_types, **new_types},
        list(new_types),
        looked_for or list(before.looked_for if before else ()),
        known,
        ask=not yes,
    )
    about = {
        **(_kept(before) if before else {"title": name}),
        **{
            key: value
            for key, value in {
                "title": title,
                "licence": licence,
                "citation": citation,
                "looked_for": looked_for,
            }.items()
            if value
        },
    }
    entry = draft_entry(found.files, format_, contents, mapped, about)
    source = read_entry(name, entry)
    report, example = preview(source, found.files)
    show(console, source, report, example)
    console.print()
    _check_splits(source, report)
    verb = "Replace" if before else "Write"
    if not yes and not typer.confirm(f"{verb} {target}, and copy the files to {raw / name}?"):
        typer.echo("Nothing was written.")
        raise typer.Exit(1)
    # The entry is last, so that no entry names files that are not there.
    _copy(found.files, raw / name, [file.name for file in before.files] if before else [])
    write_entry(target, entry_text(entry, contents), replace=before is not None)
    _say_what_is_next(console, source, target, raw)


def _check_name(name: str, known: Mapping[str, "Source"], *, replace: bool) -> None:
    import re

    from sru_ner.corpora.source import NAME
    from sru_ner.errors import InputError

    if not re.fullmatch(NAME, name):
        raise InputError(
            f"{name!r} cannot be the name of a corpus",
            remedy="use lower case letters without accents, digits and _",
        )
    if name in known and replace:
        raise InputError(
            f"{name!r} is a corpus of the shipped catalog, which --replace cannot replace",
            remedy="give your corpus another name",
        )
    if name in known:
        raise InputError(
            f"the catalog already has a corpus {name!r}",
            remedy="give it another name; a corpus of your own is replaced with --replace, and"
            " removed by `sru-ner corpora remove`",
        )


def _check_target(paths: Sequence[Path], folder: Path) -> None:
    """Stop if a folder would be copied into itself."""
    from sru_ner.errors import InputError

    for path in paths:
        if folder.resolve().is_relative_to(path.resolve()):
            raise InputError(
                f"the files are copied to {folder}, which is in this folder itself",
                path=path,
                remedy="name the folder in it that has the corpus, or another folder with --raw",
            )


def _tell(console: "Console", notes: Sequence[str], contents: "Contents") -> None:
    """Print what a user has to know before the counts: guesses, and files that are not read."""
    from rich.markup import escape

    from sru_ner.rendering.amounts import counted

    for note in notes:
        console.print(escape(note), soft_wrap=True)
    if contents.passed_over:
        listed = ", ".join(contents.passed_over[:5])
        more = f" and {len(contents.passed_over) - 5:,} more" if contents.passed_over[5:] else ""
        console.print(
            f"passed over, because {counted(len(contents.passed_over), 'file')} cannot be part of a"
            f" corpus: {escape(listed)}{more}",
            soft_wrap=True,
        )
    if contents.drawn and not contents.documents:
        console.print(
            "[yellow]nothing says which sentences belong to one document, so splits are drawn"
            " sentence by sentence: neighbours may be in train and in test[/]",
            soft_wrap=True,
        )


def _types(
    console: "Console",
    contents: "Contents",
    given: Mapping[str, str],
    asked_for: list[str],
    looked_for: list[str],
    known: Mapping[str, "Source"],
    *,
    ask: bool,
) -> dict[str, str | None]:
    from rich.markup import escape

    from sru_ner.adding.suggest import is_known, suggest_types
    from sru_ner.errors import InputError
    from sru_ner.harmonize.shown_types import nearest

    if not contents.mentions:
        refused = "".join(f"; {line}" for line in contents.refused)
        raise InputError(
            f"these files have no mentions that can be read{refused}",
            remedy="check --reader and --option",
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
    if asked_for and not any(name in mapped or given[name] in looked_for for name in asked_for):
        names = ", ".join(repr(name) + nearest(name, contents.mentions) for name in asked_for)
        raise InputError(
            f"no mention has a type that --type names: {names}",
            remedy=f"the types of the files are {', '.join(contents.mentions)}",
        )
    for name, type_ in given.items():
        if name in mapped:
            continue
        if type_ and type_ in looked_for:
            mapped[name] = type_
            continue
        unnamed = {n: count for n, count in contents.mentions.items() if n not in given}
        meaning = f"; if annotators looked for {type_} and found none, say --looked-for {type_}"
        console.print(
            f"[yellow]no mention has the type {escape(repr(name))}"
            f"{escape(nearest(name, unnamed))}, so it is not in the type map"
            f"{meaning if type_ else ''}[/]",
            soft_wrap=True,
        )
    return mapped


def _kept(before: "Source") -> dict[str, Any]:
    """Return what the entry of a corpus says that its files do not, for the new entry."""
    keys = ("title", "citation", "licence", "homepage", "note", "looked_for", "covers")
    values = before.model_dump(mode="json", exclude_defaults=True)
    return {key: values[key] for key in (*keys, "max_refused_share") if key in values}


def _check_splits(source: "Source", report: Mapping[str, Any]) -> None:
    """Stop if a split of the entry got no document."""
    from sru_ner.errors import InputError

    empty = [split for split in source.splits if split not in report["splits"]]
    if empty:
        raise InputError(
            f"the split {' and the split '.join(empty)} of {source.name} would have no document",
            remedy="check the files and --split",
        )


def _copy(files: "Sequence[LocalFile]", folder: Path, before: list[str]) -> None:
    """Copy files into the folder of raw files, and remove those that only the old entry named."""
    import shutil

    from sru_ner.adding.removal import remove
    from sru_ner.files import atomic_path

    paths = {folder / file.raw_name: file.path for file in files}
    for target, path in paths.items():
        if target.exists() and target.samefile(path):
            continue
        with atomic_path(target) as fresh:
            if path.is_dir():
                shutil.copytree(path, fresh)
            else:
                shutil.copyfile(path, fresh)
    for name in before:
        if folder / name not in paths and (folder / name).exists():
            remove(folder / name)


def _say_what_is_next(console: "Console", source: "Source", entry: Path, raw: Path) -> None:
    from sru_ner.corpora.catalog import CATALOG_VARIABLE, OWN_CORPORA

    console.print(f"The entry of [bold]{source.name}[/] is {entry}. Next:", soft_wrap=True)
    folder = entry.parent
    if folder != Path(os.environ.get(CATALOG_VARIABLE) or OWN_CORPORA):
        console.print(f"  export SRU_NER_CATALOG={folder.absolute()}", soft_wrap=True)
    where = f" --raw {shlex.quote(str(raw))}" if raw != RAW else ""
    console.print(f"  sru-ner harmonize {source.name}{where}", soft_wrap=True)
