"""Self-contained HTML pages: one template engine, escaping always on, no request to anywhere."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2


def render_page(template: str, **values: Any) -> str:
    """Fill a template, named by its path below `sru_ner/`.

    Every value is escaped unless it is `markupsafe.Markup`; a name the template wants and does
    not get is an error.
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
    return environment.get_template(template).generate(**values)


def data_uri(picture: Path) -> str:
    """A PNG file as a `data:` address, so that a page needs nothing beside it."""
    return "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode("ascii")
