"""Text, tables, pictures and pages, made in one way for all reports.

Imports: files.
"""
