"""LaTeX becomes MathML, and code does not."""

from tools.docs_site.formulas import with_mathml


def test_formulas_in_a_line_and_in_a_block() -> None:
    inline = with_mathml("There are $V = 2 + 2T$ actions.")
    assert inline.startswith('There are <span><math xmlns="http://www.w3.org/1998/Math/MathML"')
    assert "<mi>V</mi>" in inline
    assert inline.endswith("</math></span> actions.")
    block = with_mathml("```math\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n```\n")
    assert block.startswith('<div class="formula"><math')
    assert block.count("<mtr>") == 2
    assert "&</mi>" not in block


def test_nothing_of_a_formula_is_taken_for_markdown() -> None:
    assert "_" not in with_mathml("$a_i * b_i$").replace("xmlns", "")
    assert "*" not in with_mathml("$a_i * b_i$")


def test_code_and_prices_are_no_formulas() -> None:
    for text in ("`$a$ and $b$`", "```sh\necho $a $b\n```", "    echo $a $b\n", "from $5 to $6"):
        assert with_mathml(text) == text
