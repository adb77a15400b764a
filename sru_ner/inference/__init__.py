"""A trained model as a function from text to spans: how it is found, loaded, run and exported.

Imports: corpora, environment, errors, files, model, registry, rendering, settings, text, training.
"""
