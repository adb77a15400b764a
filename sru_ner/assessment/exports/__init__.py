"""The sample in the forms in which people judge it, and verdicts read back from these.

Imports: assessment, errors, files, rendering, text.
"""
