"""The plain facts that the layers hand each other: of a record, of a release, and of what a server holds."""

from __future__ import annotations

from zenodo_action.model.record import (
    Access,
    Affiliation,
    Creator,
    Funding,
    Identifier,
    Location,
    Record,
    Reference,
    Related,
    Right,
    TypedDate,
    TypedText,
)
from zenodo_action.model.release import (
    DepositFile,
    Harvest,
    Mark,
    Origin,
    Project,
    RepositoryFacts,
    Snapshot,
)
from zenodo_action.model.remote import (
    Community,
    Difference,
    Inclusion,
    Payload,
    RemoteFile,
    RemoteRecord,
    Review,
)

__all__ = [
    "Access",
    "Affiliation",
    "Community",
    "Creator",
    "DepositFile",
    "Difference",
    "Funding",
    "Harvest",
    "Identifier",
    "Inclusion",
    "Location",
    "Mark",
    "Origin",
    "Payload",
    "Project",
    "Record",
    "Reference",
    "Related",
    "RemoteFile",
    "RemoteRecord",
    "RepositoryFacts",
    "Review",
    "Right",
    "Snapshot",
    "TypedDate",
    "TypedText",
]
