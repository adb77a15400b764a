"""From a corpus's own files to the common tables: types, offsets, sentences, nesting and splits.

Imports: corpora, dataset, errors, files, settings, text.
"""
