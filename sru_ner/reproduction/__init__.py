"""Makes a committed report again in a clone of the project, and compares the figures.

Imports: errors, files, layout.
"""
