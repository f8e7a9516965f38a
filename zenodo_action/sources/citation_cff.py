"""
``CITATION.cff`` → what it says about the record.

Versions 1.0 to 1.2 of the format are read alike; a file that strays from its schema and can still be read gets
warnings. Source: Citation File Format 1.2.0, schema guide.
"""

from __future__ import annotations

from zenodo_action import vocab
from zenodo_action.documents import Document
from zenodo_action.errors import FilePlace
from zenodo_action.model import Creator, Harvest, Right, Snapshot
from zenodo_action.sources import cff_links, dates, texts
from zenodo_action.sources.cff_format import check_format
from zenodo_action.sources.cff_people import read_people
from zenodo_action.sources.cff_references import read_references
from zenodo_action.sources.licences import read_rights, rights_of
from zenodo_action.sources.reading import Reading, Row, Value, did_you_mean, read_rows, shown, single

_TYPES = ("software", "dataset")


def _read_type(value: Value) -> str | None:
    """Return the type of the work; another one than the format knows is passed over."""
    text = value.line()
    if text is None or text.lower() in _TYPES:
        return text.lower() if text else None
    value.warn(
        code="upload-type-unknown",
        what=f"{shown(text)} is no type of this format; it is not used",
        fix=did_you_mean(text, _TYPES),
    )
    return None


def _read_authors(root: Value) -> tuple[Creator, ...]:
    value = root.get("authors")
    return read_people(value, "author", is_strict=True) if value is not None else ()


def _read_contributors(root: Value) -> tuple[Creator, ...]:
    """Return the contacts, and the contributors that some files have although the format does not know them."""
    value = root.get("contact")
    people = read_people(value, "contact", "contactperson") if value is not None else ()
    value = root.get("contributors")
    if value is not None:
        value.warn_key(
            code="role-missing",
            what="contributors is no key of the format, and says nothing of roles; they get the role Other",
            fix="name contributors in .zenodo.yml, with their type",
        )
        people += read_people(value, "contributor", "other", start=len(people))
    return people


def _read_licences(root: Value) -> tuple[Right, ...]:
    """Return the licences; ``license-url`` counts where there is no ``license``."""
    value, address = root.get("license"), root.get("license-url")
    rights = read_rights(value) if value is not None else ()
    url = address.line() if address is not None else None
    if address is None or url is None:
        return rights
    match = vocab.license(url)
    if value is None:
        return rights_of(match) or (Right(title=url, link=url),)
    if rights and not {right.id for right in rights} & set(match.ids):
        address.warn_key(
            code="key-unused",
            what=f"license-url is not used, since license says {value.data}",
            fix="remove one of the two",
        )
    return rights


ROWS: tuple[Row, ...] = (
    single("title", "title", texts.read_title),
    single("resource_type", "type", _read_type),
    Row("creators", ("authors",), _read_authors),
    Row("contributors", ("contact", "contributors"), _read_contributors),
    single("description", "abstract", texts.read_rich_text),
    single("publication_date", "date-released", dates.read_publication_date),
    single("version", "version", Value.line),
    Row("rights", ("license", "license-url"), _read_licences),
    single("keywords", "keywords", texts.read_keywords),
    Row("identifiers", ("doi", "identifiers"), cff_links.read_identifiers),
    Row("related", ("preferred-citation", *cff_links.RELATIONS, "identifiers"), cff_links.read_related),
    single("references", "references", read_references),
    single("custom_fields.code:codeRepository", cff_links.CODE_REPOSITORY, cff_links.read_code_repository),
)
"""Every field, and the keys it comes from."""

KEYS: tuple[str, ...] = tuple(dict.fromkeys(key for row in ROWS for key in row.keys))

_ABOUT_THE_FILE = ("cff-version", "message")
"""Keys that the format demands, and that are not about the work."""

_OWN_FIELDS = ("title", "creators", "description", "rights", "keywords")
"""What may be taken from a ``preferred-citation`` that is about the software itself."""

_SYNONYMS = {
    "author": "authors",
    "date": "date-released",
    "description": "abstract",
    "licence": "license",
    "name": "title",
    "prefered-citation": "preferred-citation",
}


def harvest(document: Document, snapshot: Snapshot) -> Harvest:
    """Return what the file says, with every finding about it."""
    reading = Reading(document, is_strict=False)
    root = reading.root
    read_rows(root, ROWS)
    _read_own_citation(root)
    _check_commit(root, snapshot)
    for key in _ABOUT_THE_FILE:
        if root.get(key) is None:
            root.warn(
                code="key-missing",
                what=f"the file has no {key}, which the format demands",
                fix=f"add {key}:; GitHub needs it too",
            )
    root.check_keys(KEYS, synonyms=_SYNONYMS, ignored=(*_ABOUT_THE_FILE, "commit"))
    check_format(root, frozenset((*KEYS, *_ABOUT_THE_FILE, "commit")) - {"contributors"})
    return reading.harvest()


def dois(document: Document) -> tuple[tuple[str, FilePlace], ...]:
    """Return the DOIs that the file gives to the work itself, bare, in their order, each with its place."""
    root = Reading(document).root
    listed = root.get("identifiers")
    items = listed.items() if listed is not None and listed.is_list else []
    own = _own_citation(root)
    values = [root.get("doi"), *(item.get("value") for item in items), own.get("doi") if own is not None else None]
    written = [value for value in values if value is not None and isinstance(value.data, str)]
    found = [(vocab.doi(value.data), value.place) for value in written]
    return tuple((doi, place) for doi, place in found if doi)


def _own_citation(root: Value) -> Value | None:
    """Return ``preferred-citation`` where it is about the software itself, not about a paper."""
    value = root.get("preferred-citation")
    is_own = value is not None and (value.text_of("type") or "").lower().startswith("software")
    return value if is_own else None


def _read_own_citation(root: Value) -> None:
    """Read from ``preferred-citation`` what the file says of the software there alone."""
    value = _own_citation(root)
    if value is None or root.get("authors") is not None:
        return
    value.warn(
        code="key-misplaced",
        what="the authors stand under preferred-citation alone; what is missing elsewhere is taken from there",
        fix="write title and authors at the top level: the format demands it",
    )
    given = root.reading.fields
    read_rows(value, [row for row in ROWS if row.field in _OWN_FIELDS and row.field not in given])


def _check_commit(root: Value, snapshot: Snapshot) -> None:
    """Warn of a commit that is not the tag's: the record holds the tag's source."""
    value = root.get("commit")
    commit = value.text() if value is not None else None
    if value is None or commit is None or snapshot.tag is None or snapshot.commit.startswith(commit.lower()):
        return
    value.warn(
        code="commit-stale",
        what=f"the commit {shown(commit)} is not that of {snapshot.tag}, which is {snapshot.commit[:12]}; it is not used",
        fix="remove it: the tag names the commit",
    )
