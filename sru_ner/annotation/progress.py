"""Shows on stderr how far an annotation is, if stderr is a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from sru_ner.annotation.documents import AnnotatedDocument


def show_documents(documents: Iterable[AnnotatedDocument]) -> Iterator[AnnotatedDocument]:
    """Yield the documents and show how many there were."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} documents"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield from bar.track(documents)


class ShardProgress:
    """Context manager that shows how many shards are finished."""

    def __init__(self, shards: int, finished: int) -> None:
        """shards: number of all shards. finished: number of those that were finished before."""
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("shards"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[documents]:,} documents"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("shards", total=shards, completed=finished, documents=0)
        self._documents = 0

    def __enter__(self) -> "ShardProgress":
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last state on the terminal."""
        self._bar.stop()

    def add(self, documents: int) -> None:
        """Count a shard that is finished, with its documents, or one that failed, with none."""
        self._documents += documents
        self._bar.update(self._task, advance=1, documents=self._documents)
