"""Whole workflow files, word for word."""
