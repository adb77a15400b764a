"""Self-contained HTML pages, filled from templates; they load nothing from elsewhere."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup


def render_page(template: str, **values: Any) -> str:
    """Fill a template, named by its path below `sru_ner/`.

    Every value is escaped unless it is `markupsafe.Markup`. A name that the template uses and that
    is not given is an error. In a template, `source(path)` inserts a style sheet or script of the
    package unchanged.
    """
    return "".join(stream_page(template, **values))


def stream_page(template: str, **values: Any) -> Iterator[str]:
    """Fill a template like `render_page`, piece by piece, for a page too large for memory."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sru_ner", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["source"] = _source
    return environment.get_template(template).generate(**values)


def embedded(value: Any) -> Markup:
    """Return a value as JSON for a `<script type="application/json">`, which it cannot end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # "<" occurs in strings only, where its escape means the same.
    return Markup(text.replace("<", "\\u003c"))


def _source(path: str) -> Markup:
    return Markup(resources.files("sru_ner").joinpath(path).read_text(encoding="utf-8"))
