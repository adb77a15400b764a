"""Links and code of a page are written as the site's builder reads them."""

from pathlib import Path

from tools.docs_site.pages import site_page

PLACES = {"README.md": Path("s/index.md"), "docs/a/b.md": Path("s/a/b.md")}


def written(text: str, path: str = "README.md", repository: str | None = None) -> str:
    return site_page(text, path, PLACES, repository)


def test_links_between_pages_lead_to_their_place_in_the_site() -> None:
    assert written("[x](docs/a/b.md#c)") == "[x](a/b.md#c)"
    assert written("[x](../../README.md)", "docs/a/b.md") == "[x](../index.md)"
    assert written("[x](#here) [y](https://a.b/c)") == "[x](#here) [y](https://a.b/c)"


def test_links_to_other_files_lead_to_the_repository_or_say_the_path() -> None:
    link = "[the table](reports/bench.md#speed)"
    assert (
        written(link, repository="https://h/r/")
        == "[the table](https://h/r/reports/bench.md#speed)"
    )
    assert written(link) == "the table (`reports/bench.md`)"
    assert written("[`reports/bench.md`](reports/bench.md)") == "`reports/bench.md`"


def test_code_is_left_as_it_is_and_named() -> None:
    code = "```yaml conf/x.yaml\na: [b](docs/a/b.md) $x$\n```\n"
    assert written(code) == '```yaml title="conf/x.yaml"\na: [b](docs/a/b.md) $x$\n```\n'


def test_front_matter_is_left_out() -> None:
    assert written("---\nlicense: x\n---\n# Card\n") == "# Card\n"
