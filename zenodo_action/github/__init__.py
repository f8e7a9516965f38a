"""GitHub: its API, the runner of its Actions, and what is written back to a release."""
