"""Tag a release, get a DOI: deposits releases on Zenodo or any InvenioRDM."""

__version__ = "0.1.0.dev0"
