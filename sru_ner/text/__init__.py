"""Words and sentences of a text, and where a string is in it.

Imports: nothing.
"""
