"""The commands of `sru-ner review`, one in each file.

Imports: cli, registry, review.
"""
