import base64

import jinja2
import pytest
from markupsafe import Markup

from sru_ner import pages


@pytest.fixture
def template(monkeypatch):
    def use(source):
        monkeypatch.setattr(
            jinja2, "PackageLoader", lambda *_: jinja2.DictLoader({"page.html.j2": source})
        )

    return use


def test_values_are_escaped_unless_they_are_markup(template):
    template("<p>{{ a }}{{ b }}</p>")
    page = pages.render_page("page.html.j2", a="<i> & \"'", b=Markup("<b>"))
    assert page == "<p>&lt;i&gt; &amp; &#34;&#39;<b></p>"


def test_a_name_that_is_not_given_is_an_error(template):
    template("{{ absent }}")
    with pytest.raises(jinja2.UndefinedError, match="absent"):
        pages.render_page("page.html.j2")


def test_a_picture_goes_into_the_page(tmp_path):
    (tmp_path / "x.png").write_bytes(b"\x89PNG")
    kind, _, content = pages.data_uri(tmp_path / "x.png").partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(content) == b"\x89PNG"
