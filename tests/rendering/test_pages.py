import json

import jinja2
import pytest
from markupsafe import Markup

from sru_ner.rendering import pages


@pytest.fixture
def template(monkeypatch):
    def use(source):
        monkeypatch.setattr(
            jinja2,
            "PackageLoader",
            lambda *_: jinja2.DictLoader({"rendering/page.html.j2": source}),
        )

    return use


def test_values_are_escaped_unless_they_are_markup(template):
    template("<p>{{ a }}{{ b }}</p>")
    page = pages.render_page("rendering/page.html.j2", a="<i> & \"'", b=Markup("<b>"))
    assert page == "<p>&lt;i&gt; &amp; &#34;&#39;<b></p>"


def test_a_name_that_is_not_given_is_an_error(template):
    template("{{ absent }}")
    with pytest.raises(jinja2.UndefinedError, match="absent"):
        pages.render_page("rendering/page.html.j2")


def test_embedded_values_cannot_end_their_script():
    value = {"text": "</script><!-- β", "none": None}
    found = pages.embedded(value)
    assert "<" not in found
    assert json.loads(found) == value


def test_a_style_sheet_of_the_package_is_inserted_unchanged(template):
    template('{{ source("rendering/drawing.css.j2") }}')
    assert ".token { position: relative;" in pages.render_page("rendering/page.html.j2")
