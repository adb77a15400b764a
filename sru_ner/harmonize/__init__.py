"""Turns a corpus's files into the common tables: types, offsets, sentences, nesting and splits.

Imports: corpora, dataset, errors, files, rendering, settings, text.
"""
