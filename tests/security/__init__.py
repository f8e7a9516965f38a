"""What others can influence must stay what it is: docs/explanation/threat-model.md names the test of each threat."""
