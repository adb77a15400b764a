"""A trained model behind HTTP, and a page to try it.

Imports: environment, errors, inference, rendering, text.
"""
