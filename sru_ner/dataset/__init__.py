"""The harmonised corpora: the schema of their Parquet tables, and how these are read and written.

Imports: errors, files, settings.
"""
