"""Finds the texts that a table does not hold itself: in files that it names, or named like them."""

from pathlib import Path, PurePosixPath

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.readers.lines import Encoding, with_mark

ENDING = ".txt"


class TextFiles:
    """The text files in a folder or archive, or next to a single file; the folder is read once."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._path, self._encoding = path, encoding
        self._parts: dict[str, Part] | None = None
        self._named: dict[str, list[str]] = {}
        self._used: set[str] = set()
        self._by_document = False

    def find(self, file: str, table: str) -> str | None:
        """Return the content of a file, which a table names by the path from the table's folder.

        table: name of the table inside the folder or archive, empty if it is a single file. The
        content begins with a byte order mark if the file does. None means that there is no such
        file, or that its name leads elsewhere. Raises `InputError` for another encoding.
        """
        name = PurePosixPath(file)
        if not file or name.is_absolute() or ".." in name.parts or not file.isprintable():
            return None
        if not table:
            part = self._neighbour(name)
        else:
            part = self._members().get(str(PurePosixPath(table).parent / name))
        return self._content(part)

    def find_document(self, document_id: str, table: str) -> str | None:
        """Return the content of the only file whose name is a document's identifier.

        The name may end in `.txt`, and the file may be in any folder. None means that there is no
        such file, or more than one. Arguments, result and errors are otherwise those of `find`.
        """
        self._by_document = True
        if not table or "/" in document_id:
            found = (self.find(document_id + ending, table) for ending in (ENDING, ""))
            return next((text for text in found if text is not None), None)
        parts = self._members()
        names = [n for e in ("", ENDING) for n in self._named.get(document_id + e, ())]
        return self._content(parts[names[0]]) if len(names) == 1 else None

    def unused(self) -> list[str]:
        """Return the names of text files that no row has named, if rows name them by identifier."""
        if not self._by_document or self._parts is None:
            return []
        texts = (name for name in self._parts if name.endswith(ENDING))
        return sorted(name for name in texts if name not in self._used)

    def _content(self, part: Part | None) -> str | None:
        if part is None:
            return None
        self._used.add(part.name)
        return with_mark(part, self._encoding)

    def _members(self) -> dict[str, Part]:
        if self._parts is None:
            self._parts = {part.name: part for part in read_parts(self._path)}
            for name in self._parts:
                self._named.setdefault(PurePosixPath(name).name, []).append(name)
        return self._parts

    def _neighbour(self, name: PurePosixPath) -> Part | None:
        folder = self._path.parent
        path = folder / name
        try:
            inside = path.is_file() and path.resolve().is_relative_to(folder.resolve())
        except OSError:  # the name is too long
            inside = False
        return next(read_parts(path)) if inside else None
