"""`python -m tools.figures`: write the figures into docs/images/."""

from sru_ner.files import write_text
from tools.figures.all import FOLDER, figures

for name, text in figures().items():
    write_text(FOLDER / name, text)
