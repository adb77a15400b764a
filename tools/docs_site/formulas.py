"""Turns the formulas of a page into MathML, which browsers draw without a script."""

import re

from latex2mathml.converter import convert

_CODE = re.compile(
    r"^( *)(```+|~~~+)(.*?)^\1\2 *$|^(?: {4}[^\n]*\n)+|`[^`\n]+`", re.MULTILINE | re.DOTALL
)
_INLINE = re.compile(r"(?<![\\$\w])\$([^$\n]+(?:\n[^$\n]+)?)\$(?![\w$])")


def with_mathml(page: str) -> str:
    """Return a Markdown page with MathML in the place of its formulas.

    page: Markdown as GitHub reads it. A formula is a fenced block whose language is `math`, or
    LaTeX between two dollar signs. Code is left as it is.
    """
    parts, end = [], 0
    for code in _CODE.finditer(page):
        parts += [_inline(page[end : code.start()]), _block(code)]
        end = code.end()
    return "".join([*parts, _inline(page[end:])])


def _block(code: re.Match[str]) -> str:
    language, _, content = (code[3] or "").partition("\n")
    if not code[2] or language.strip() != "math":
        return code[0]
    return f'<div class="formula">{_mathml(content, "block")}</div>'


def _inline(text: str) -> str:
    # Markdown takes an element `math` at the start of a line for a block, but not in a `span`.
    return _INLINE.sub(lambda formula: f"<span>{_mathml(formula[1], 'inline')}</span>", text)


def _mathml(latex: str, display: str) -> str:
    # The converter knows `split`, which draws the same as `aligned`.
    known = latex.replace("{aligned}", "{split}")
    # Markdown must not take a star or an underscore of the formula for its own.
    return convert(known, display=display).replace("*", "&#42;").replace("_", "&#95;")
