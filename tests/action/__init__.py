"""The Action: inputs and event in, outputs, summary and release notes out."""
