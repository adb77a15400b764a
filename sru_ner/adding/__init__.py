"""Help with a user's own corpus: a draft of its catalog entry, names for its types and a preview.

Imports: corpora, dataset, errors, files, harmonize, rendering, settings.
"""
