"""The chapters of the story that ``pipeline.py`` tells: what the server holds, what is due, and each act."""
