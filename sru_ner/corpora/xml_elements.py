"""Reads XML from untrusted files as a stream of elements that know their lines.

The parser is Expat behind defusedxml. Entity declarations, which can expand without end, and
references to other files are errors. No DTD is loaded and nothing is fetched.
"""

import io
from collections.abc import Container, Generator, Iterator, Sequence
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import Element as _Element
from xml.etree.ElementTree import TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from sru_ner.corpora.archives import Part
from sru_ner.errors import InputError

MAX_DEPTH = 200
"""Largest number of elements inside each other. A corpus does not need more; an attack may."""

MAX_TAG = 2**20
"""Largest number of bytes in a tag with its attributes, or in a comment. Expat reads a longer one
again and again, so the time would grow with its square."""

_CHUNK = 2**16


class Element(_Element):
    """An XML element with the line on which it begins."""

    line = 0
    """Number of the line, counted from 1."""

    def __iter__(self) -> Iterator["Element"]:
        return cast(Iterator[Element], iter(self[:]))

    def iter(self, tag: str | None = None) -> Generator["Element", None, None]:
        """Yield this element and all below it that have this tag, in file order."""
        return cast(Generator[Element, None, None], super().iter(tag))


def read_elements(part: Part, tag: str, *, root: str) -> Iterator[Element]:
    """Yield each outermost element `tag` of an XML file whose root is `root`, when it is complete.

    Yielded elements are not kept. Raises `InputError` with the line if the file is not well-formed,
    declares entities, nests too deep, has a tag longer than `MAX_TAG`, or has another root.
    """
    return stream_elements(io.BytesIO(part.content), part.place, {tag}, roots=(root,))


def stream_elements(
    stream: BinaryIO, place: str, tags: Container[str], *, roots: Sequence[str] = ()
) -> Iterator[Element]:
    """Yield elements like `read_elements`, with any of several tags, from an open file.

    place: name of the file in error messages. roots: tags that the root may have; none
    allows any.
    """
    target = _Target(place, tags, roots)
    parser: Any = DefusedXMLParser(target=target, forbid_entities=True, forbid_external=True)
    target.parser = parser.parser
    fed = 0
    while chunk := stream.read(_CHUNK):
        _feed(place, parser, chunk)
        fed += len(chunk)
        if fed - parser.parser.CurrentByteIndex > MAX_TAG:
            raise InputError(
                f"a tag or a comment is longer than {MAX_TAG:,} bytes, which no corpus needs",
                path=place,
                line=parser.parser.CurrentLineNumber,
                remedy="do not use this file; if it is a document of that length, split it",
            )
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
            f"this is not well-formed XML ({str(error).split(':')[0]})",
            path=place,
            line=error.position[0],
            remedy="correct the file at this line, or fetch it again",
        ) from None
    except DefusedXmlException as error:
        raise InputError(
            f"this XML could expand without end or read other files ({type(error).__name__}),"
            " which no corpus needs",
            path=place,
            line=parser.parser.CurrentLineNumber,
            remedy="do not use this file; if you trust it, replace its entities by their text",
        ) from None
    except (LookupError, ValueError) as error:
        raise InputError(
            f"the file's encoding cannot be read ({error})",
            path=place,
            line=1,
            remedy="convert the file to UTF-8 and say so in its first line",
        ) from None


class _Target:
    """Receives what the parser finds, builds the wanted elements and drops all others."""

    def __init__(self, place: str, tags: Container[str], roots: Sequence[str]) -> None:
        self.parser: Any = None
        self._place, self._tags, self._roots = place, tags, roots
        self._depth = 0
        self._inside = 0
        self._builder: Any = None  # a TreeBuilder, inside a wanted element
        self._done: list[Element] = []

    def take(self) -> list[Element]:
        """Return the elements that are complete, each once."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and self._roots and tag not in self._roots:
            expected = " or ".join(f"<{root}>" for root in self._roots)
            raise self._error(f"the root is <{tag}>, not {expected}", "name the file's own format")
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
        """Do nothing; the parser needs this method."""

    @property
    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _error(self, problem: str, remedy: str) -> InputError:
        return InputError(problem, path=self._place, line=self._line, remedy=remedy)
