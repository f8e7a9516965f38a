"""What the container of the Action starts: `zenodo-deposit run`."""

from zenodo_action.cli import main

main(["run"])
