"""The commands of `sru-ner judge`: a module for each, named like it.

Imports: assessment, cli, errors, files, registry, rendering, tracking.
"""
