"""Related and alternate identifiers of ``.zenodo.yml`` and ``.zenodo.json``."""

from __future__ import annotations

from zenodo_action import vocab
from zenodo_action.model import Identifier, Related
from zenodo_action.sources.links import read_link
from zenodo_action.sources.reading import Value, did_you_mean, shown

_RELATED_KEYS = ("identifier", "relation", "relation_type", "resource_type", "scheme")
_ALTERNATE_KEYS = ("identifier", "scheme")
_ALTERNATE_RELATION = "isalternateidentifier"
"""Not a relation to another work. Source: zenodo-rdm, ``legacy/deserializers/metadata.py``."""


def read_related(value: Value) -> tuple[Related, ...]:
    """Return the related works, each once."""
    found: dict[Related, Value] = {}
    for item in value.items():
        related = _read_related(item)
        if related is None:
            continue
        if related in found:
            item.warn(
                code="identifier-duplicate",
                what=f"{item.label} stands here twice; it is stored once",
                fix="remove one of the two",
            )
            continue
        item.mark(len(found))
        found[related] = item
    return tuple(found)


def read_alternate(root: Value) -> tuple[Identifier, ...]:
    """Return the further identifiers of this very work, each once."""
    alternate, related = root.get("alternate_identifiers"), root.get("related_identifiers")
    items = alternate.items() if alternate is not None else []
    if related is not None:
        items += [item for item in related.items(may_be_single=True) if _is_alternate(item)]
    found = [_read_identifier(item) for item in items]
    return tuple(dict.fromkeys(identifier for identifier in found if identifier is not None))


def _relation_of(item: Value) -> Value | None:
    """Return the value that names the relation, also in the native shape ``relation_type: {id}``."""
    value = item.get("relation", "relation_type")
    return value.get("id") if value is not None and value.is_mapping else value


def _is_alternate(item: Value) -> bool:
    value = _relation_of(item)
    return value is not None and str(value.data).strip().lower() == _ALTERNATE_RELATION


def _read_identifier(item: Value) -> Identifier | None:
    if not item.is_mapping:
        return read_link(item)
    if not _is_alternate(item):
        item.check_keys(_ALTERNATE_KEYS)
    value = item.get("identifier")
    if value is None:
        item.error(
            code="identifier-missing",
            what=f"{item.label} has no identifier",
            fix="add identifier: with a DOI or an address",
        )
        return None
    return read_link(value, item.get("scheme"))


def _read_related(item: Value) -> Related | None:
    """Return a related work, ``None`` for what is not complete and for alternate identifiers."""
    if not item.is_mapping:
        item.error(
            code="value-kind-wrong",
            what=f"{item.label} is {item.kind} where a mapping belongs",
            fix="write {relation: …, identifier: …}, as {relation: cites, identifier: 10.1234/abc}",
        )
        return None
    if _is_alternate(item):
        return None
    item.check_keys(_RELATED_KEYS)
    value = item.get("identifier")
    if value is None:
        item.error(
            code="identifier-missing",
            what=f"{item.label} has no identifier",
            fix="add identifier: with a DOI or an address",
        )
    identifier = read_link(value, item.get("scheme")) if value is not None else None
    relation = _read_relation(item)
    kind = _read_resource_type(item.get("resource_type"))
    if identifier is None or relation is None:
        return None
    return Related(identifier=identifier.identifier, scheme=identifier.scheme, relation=relation, resource_type=kind)


def _read_relation(item: Value) -> str | None:
    value = _relation_of(item)
    text = value.text() if value is not None else None
    if value is None or text is None:
        item.error(
            code="relation-missing",
            what=f"{item.label} has no relation",
            fix=f'add "relation: …", one of: {_relations()}',
        )
        return None
    relation = vocab.relation(text)
    if relation is None:
        value.error(
            code="relation-unknown", what=f"{shown(text)} is no relation", fix=did_you_mean(text, vocab.relations())
        )
    return relation


def _relations() -> str:
    return ", ".join(vocab.relations())


def _read_resource_type(value: Value | None) -> str | None:
    """Return what kind of work it is; one that the server does not know is an error."""
    if value is not None and value.is_mapping:
        value = value.get("id")
    text = value.text() if value is not None else None
    if value is None or text is None:
        return None
    kind = vocab.resource_type(text, is_related=True)
    if kind is None:
        value.error(
            code="resource-type-unknown",
            what=f"{shown(text)} is no kind of work",
            fix=did_you_mean(text, vocab.upload_types()),
        )
    return kind
