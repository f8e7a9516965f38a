"""``python -m zenodo_action``."""

from zenodo_action.cli import main

main()
