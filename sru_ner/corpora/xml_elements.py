"""XML of strangers, element by element: streamed, with lines, and without any of XML's traps.

The parser is Expat behind defusedxml: entity declarations (expansion bombs) and references to
other files are errors, no DTD is loaded, nothing is fetched.
"""

import io
from collections.abc import Container, Generator, Iterator
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import Element as _Element
from xml.etree.ElementTree import TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from sru_ner.corpora.archives import Part
from sru_ner.errors import InputError

MAX_DEPTH = 200
"""Elements inside elements; beyond it a file is no corpus but an attack."""

_CHUNK = 2**16


class Element(_Element):
    """An element that knows the line, counted from 1, on which it begins."""

    line = 0

    def __iter__(self) -> Iterator["Element"]:
        return cast(Iterator[Element], iter(self[:]))

    def iter(self, tag: str | None = None) -> Generator["Element", None, None]:
        """This element and all below it of this tag, in file order."""
        return cast(Generator[Element, None, None], super().iter(tag))


def read_elements(part: Part, tag: str, *, root: str) -> Iterator[Element]:
    """Yield each outermost element `tag` of an XML file whose root is `root`, when it is complete.

    An element that was yielded is not kept. Raises `InputError` with the line where the file is
    not well-formed, declares entities, nests too deep, or has another root.
    """
    return stream_elements(io.BytesIO(part.content), part.place, {tag}, root=root)


def stream_elements(
    stream: BinaryIO, place: str, tags: Container[str], *, root: str
) -> Iterator[Element]:
    """`read_elements`, of any of several tags, of a file that is being read.

    `place` is what an error calls the file.
    """
    target = _Target(place, tags, root)
    parser: Any = DefusedXMLParser(target=target, forbid_entities=True, forbid_external=True)
    target.parser = parser.parser
    while chunk := stream.read(_CHUNK):
        _feed(place, parser, chunk)
        yield from target.take()
    _feed(place, parser, None)
    yield from target.take()


def _feed(place: str, parser: Any, chunk: bytes | None) -> None:
    try:
        if chunk is None:
            parser.close()
        else:
            parser.feed(chunk)
    except ParseError as error:
        raise InputError(
            f"not well-formed XML ({str(error).split(':')[0]})",
            path=place,
            line=error.position[0],
            remedy="mend the file at this line, or fetch it again",
        ) from None
    except DefusedXmlException as error:
        raise InputError(
            f"XML that no corpus needs ({type(error).__name__}): it could expand without end or"
            " read other files",
            path=place,
            line=parser.parser.CurrentLineNumber,
            remedy="do not use this file; where you trust it, write its entities out",
        ) from None
    except (LookupError, ValueError) as error:
        raise InputError(
            f"its encoding cannot be read ({error})",
            path=place,
            line=1,
            remedy="convert the file to UTF-8 and say so in its first line",
        ) from None


class _Target:
    """What the parser reports to: builds the wanted elements and forgets all others."""

    def __init__(self, place: str, tags: Container[str], root: str) -> None:
        self.parser: Any = None
        self._place, self._tags, self._root = place, tags, root
        self._depth = 0
        self._inside = 0
        self._builder: Any = None  # a TreeBuilder, inside a wanted element
        self._done: list[Element] = []

    def take(self) -> list[Element]:
        """The elements that are complete, once."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and tag != self._root:
            raise self._error(f"the root is <{tag}>, not <{self._root}>", "check its reader")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"elements nested deeper than {MAX_DEPTH}", "do not use this file")
        if self._builder is None and tag in self._tags:
            self._builder, self._inside = TreeBuilder(element_factory=Element), self._depth
        if self._builder is not None:
            self._builder.start(tag, attributes).line = self._line

    def end(self, tag: str) -> None:
        if self._builder is not None:
            element = self._builder.end(tag)
            if self._depth == self._inside:
                self._done.append(element)
                self._builder = None
        self._depth -= 1

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def close(self) -> None:
        """The parser asks for it."""

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _error(self, problem: str, remedy: str) -> InputError:
        return InputError(problem, path=self._place, line=self._line, remedy=remedy)
