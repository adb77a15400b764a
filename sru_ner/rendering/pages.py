"""Self-contained HTML pages: one template engine, escaping always on, no request to anywhere."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup


def render_page(template: str, **values: Any) -> str:
    """Fill a template, named by its path below `sru_ner/`.

    Every value is escaped unless it is `markupsafe.Markup`; a name the template wants and does
    not get is an error. `source(path)` puts in a style sheet or script of ours as it is.
    """
    return "".join(stream_page(template, **values))


def stream_page(template: str, **values: Any) -> Iterator[str]:
    """`render_page` in pieces, for a page that need not be in memory as a whole."""
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
    """A value as JSON inside a `<script type="application/json">`, which nothing in it can end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # "<" occurs in strings only, where its escape means the same.
    return Markup(text.replace("<", "\\u003c"))


def _source(path: str) -> Markup:
    return Markup(resources.files("sru_ner").joinpath(path).read_text(encoding="utf-8"))
