"""The `sru-ner` command: one module per group, heavy imports inside the commands."""
