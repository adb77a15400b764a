"""`python -m sru_ner`, which is what `torchrun -m sru_ner` starts."""

from sru_ner.cli.main import main

main()
