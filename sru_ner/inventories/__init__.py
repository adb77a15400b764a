"""A table of all corpora and types, which shows the types that each corpus annotates.

Imports: corpora, dataset, errors, files, rendering.
"""
