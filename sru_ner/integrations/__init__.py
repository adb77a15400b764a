"""A trained model in other software: spaCy, transformers and the Hugging Face hub.

Imports: corpora, environment, errors, files, inference, model, rendering.
"""
