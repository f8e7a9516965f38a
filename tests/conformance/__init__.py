"""Tests against a real InvenioRDM, which ``conformance/bed.py`` brings up."""
