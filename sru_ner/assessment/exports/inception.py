"""A UIMA CAS for INCEpTION (XMI with its type system, zipped), and its exports read back.

The layer `custom.Judgement` has the features `item`, `label`, `verdict` and `comment`. The text has
a block of lines for each item, and each line is a sentence. UIMA counts UTF-16 units; cassis turns
them into code points. https://inception-project.github.io
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cassis import Cas, load_cas_from_xmi, load_typesystem
from cassis.typesystem import TypeSystem

from sru_ner.assessment.exports.blocks import lay_out
from sru_ner.assessment.exports.reading import Reading
from sru_ner.assessment.exports.zipped import write_zip
from sru_ner.assessment.items import Item
from sru_ner.errors import InputError

ARCHIVE = "inception.zip"
LAYER = "custom.Judgement"
_FEATURES = ("item", "label", "verdict", "comment")
_SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
_REMEDY = "export the document from INCEpTION as UIMA CAS XMI, and give the zip file"


def write(folder: Path, items: Iterable[Item], types: Iterable[str]) -> None:
    """Write the archive with `items.xmi` and `TypeSystem.xml`; types are free text in it."""
    system = _type_system()
    text, blocks = lay_out(items)
    cas = Cas(typesystem=system)
    cas.sofa_string, cas.sofa_mime = text, "text/plain"
    layer, sentence = system.get_type(LAYER), system.get_type(_SENTENCE)
    for block in blocks:
        cas.add_all(sentence(begin=begin, end=end) for begin, end in block.lines)
        item = block.item
        begin, end = block.start + item.start, block.start + item.end
        cas.add(layer(begin=begin, end=end, item=item.id, label=item.type))
    members = {"items.xmi": cas.to_xmi(), "TypeSystem.xml": system.to_xml()}
    write_zip(folder / ARCHIVE, members.items())


def read(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read the zip file of a document, as INCEpTION exports it for each assessor."""
    cas = _load(path)
    text = cas.sofa_string or ""
    reading, seen = Reading(items), set()
    for each in cas.select(LAYER):
        name = getattr(each, "item", None) or ""
        seen.add(name)
        item = items.get(name)
        start = 0 if item is None else _sentence_start(text, item, each.begin)
        marked = (each.begin - start, each.end - start, getattr(each, "label", None) or "")
        reading.add(
            name,
            text=None if item is None else text[start : start + len(item.text)],
            judgement=getattr(each, "verdict", None) or "",
            spans=[marked if marked[2] or item is None else (*marked[:2], item.type)],
            comment=getattr(each, "comment", None) or "",
        )
    for name, item in items.items():
        if name not in seen and lay_out([item])[0] in text:
            reading.add(name, text=None, spans=[])  # the span was removed
    return reading


def _type_system() -> TypeSystem:
    types = TypeSystem()
    types.create_type(_SENTENCE, supertypeName="uima.tcas.Annotation")
    layer = types.create_type(LAYER, supertypeName="uima.tcas.Annotation")
    for name in _FEATURES:
        types.create_feature(layer, name, "uima.cas.String")
    return types


def _load(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            (xmi,) = [name for name in names if name.endswith(".xmi")]
            (types,) = [name for name in names if name.lower().endswith("typesystem.xml")]
            system = load_typesystem(io.BytesIO(archive.read(types)))
            return load_cas_from_xmi(io.BytesIO(archive.read(xmi)), typesystem=system)
    except Exception as error:  # cassis and lxml let many errors through
        problem = f"this is not a CAS of one document ({type(error).__name__})"
        raise InputError(problem, path=path, remedy=_REMEDY) from None


def _sentence_start(text: str, item: Item, begin: int) -> int:
    """Return where the item's sentence begins: its line, of those around the mark."""
    sentence = lay_out([item])[0][len(item.before) + 1 if item.before else 0 :][: len(item.text)]
    near = text.rfind(sentence, 0, begin + len(sentence))
    return max(near, 0) if near >= 0 else max(begin - item.start, 0)
