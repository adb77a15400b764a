"""The commands of `sru-ner corpora`, one a module."""
