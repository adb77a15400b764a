"""Write JSON Schemas of the files that users write: `python -m tools.schemas`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sru_ner.corpora.readers import READERS
from sru_ner.corpora.source import NAME, Source
from sru_ner.files import write_text
from sru_ner.settings.params import Params
from sru_ner.settings.shared import DataParams, ProjectParams

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return each schema by the name of its file.

    `params.json` is for `suites/NAME/params.yaml`, `data_params.json` for `data/params.yaml`,
    `project_params.json` for `params.yaml`, `corpus.json` for the entry of a user's own corpus
    (`corpora/NAME.yaml`), and `catalog.json` for the shipped catalog. They check single values and
    names of keys. What concerns several values is checked by `sru-ner` alone.
    """
    entry = _entry()
    catalog = {
        "type": "object",
        "properties": {
            "sources": {
                "type": "object",
                "propertyNames": {"pattern": f"^{NAME}$"},
                "additionalProperties": {"$ref": "#/$defs/Source"},
            }
        },
        "required": ["sources"],
        "additionalProperties": False,
        "$defs": {**entry["$defs"], "Source": {k: v for k, v in entry.items() if k != "$defs"}},
    }
    return {
        "params.json": _complete("params.yaml of a suite", Params.model_json_schema()),
        "data_params.json": _complete("data/params.yaml", DataParams.model_json_schema()),
        "project_params.json": _complete("params.yaml", ProjectParams.model_json_schema()),
        "corpus.json": _complete("entry of a corpus, corpora/NAME.yaml", entry),
        "catalog.json": _complete("catalog of sru-ner, catalog.yaml", catalog),
    }


def _entry() -> dict[str, Any]:
    """Return the schema of an entry: the file or key around it names the corpus."""
    schema = Source.model_json_schema()
    del schema["properties"]["name"]
    schema["required"].remove("name")
    schema["properties"]["reader"]["enum"] = sorted(READERS)
    rules = []
    for name, reader in sorted(READERS.items()):
        options = reader.options.model_json_schema()
        schema["$defs"] |= options.pop("$defs", {})
        where = {"properties": {"reader": {"const": name}}, "required": ["reader"]}
        rules.append({"if": where, "then": {"properties": {"options": options}}})
    return {**schema, "allOf": rules}


def _complete(title: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"$schema": _DIALECT, **schema, "title": title}


def text_of(schema: Mapping[str, Any]) -> str:
    """Return the content of a schema's file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, schema_ in schemas().items():
        write_text(FOLDER / file, text_of(schema_))
