"""
Counts what Zenodo's own GitHub integration would keep of metadata files, beside what this program keeps.

The files are cases of the tests. What the integration does with a file is written down here from its source; what it
makes of deposit metadata, the embedded repository knows. ``--write`` renews the table in the documentation.

Source: zenodo-rdm, ``site/zenodo_rdm/github/release.py`` and ``schemas.py``; invenio-rdm-records, ``services/github``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zenodo_action import documents, sources
from zenodo_action.mapping.parts import flat
from zenodo_action.model import Project, RepositoryFacts, Snapshot
from zenodo_action.server.legacy_load import load_body
from zenodo_action.server.refusal import Refusal

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "explanation" / "compared-with-zenodo.md"
NAMES = (
    *("json-every-field", "json-fair-dataset", "both-disagree", "three-files", "yml-native-extras", "cff-1.2-complete"),
    *("cff-1.1.0", "cff-entities", "cff-many-authors", "codemeta-3", "datapackage"),
)
_OURS = ("facts.yml", "expected.record.json", "findings.txt")


def main() -> int:
    """Print the table, or write it into its page."""
    text = table()
    if "--write" not in sys.argv[1:]:
        print(text)
        return 0
    page = PAGE.read_text(encoding="utf-8")
    start, end = "<!-- counts -->\n", "<!-- /counts -->"
    PAGE.write_text(re.sub(f"{start}.*?{end}", lambda _: start + text + end, page, flags=re.DOTALL), encoding="utf-8")
    return 0


def table() -> str:
    """Return the table in Markdown."""
    lines = ["| files | values in the record | of them kept by Zenodo's integration |", "|---|--:|--:|"]
    for name in NAMES:
        files = {path.name: path.read_bytes() for path in (CASES / name).iterdir() if path.name not in _OURS}
        project = collected(files)
        values = [each for each in values_of(project) if letters(each)]
        theirs = integration(files)
        held = letters(json.dumps(theirs or {}, ensure_ascii=False))
        kept = sum(letters(each) in held for each in values)
        shown = str(kept) if theirs is not None else "0: the release fails"
        listed = ", ".join(f"`{each}`" for each in sources.FILE_NAMES if each in files)
        lines.append(f"| {listed} of the case {name} | {len(values)} | {shown} |")
    return "\n".join(lines) + "\n"


def collected(files: Mapping[str, bytes]) -> Project:
    """Return what this program reads."""
    return sources.collect(
        Snapshot(
            repository=RepositoryFacts(name="red-dot", url="https://github.com/cat-lab-example/red-dot"),
            tag="v1.2.0",
            commit="0" * 40,
            version="1.2.0",
            released_on="2026-03-01",
            committed_at=0,
            files=files,
        )
    )


def values_of(project: Project) -> list[str]:
    """Return every value of the record that a file gave."""
    found: list[str] = []
    for name, origin in project.origins.items():
        if origin.source in sources.FILE_NAMES:
            top, _, key = name.partition(".")
            value = getattr(project.record, top)
            found += map(str, filter(None, flat(value[key] if key else value)))
    return found


def integration(files: Mapping[str, bytes]) -> dict[str, Any] | None:
    """Return the native metadata that the integration takes from the files; ``None`` where the release fails."""
    if files.get(".zenodo.json", b"").strip():
        # Of the conversion only the metadata are kept: no access, communities or custom fields.
        try:
            metadata: dict[str, Any] = load_body({"metadata": json.loads(files[".zenodo.json"])})["metadata"]
        except Refusal:
            return None
        return metadata
    if "CITATION.cff" not in files:
        return {}
    content = documents.read("CITATION.cff", files["CITATION.cff"]).data
    return None if isinstance(content.get("license"), list) else citation(content)


def citation(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the integration takes from a citation file."""
    people = [
        {
            "name": author.get("name"),
            "family_name": author.get("family-names"),
            "given_name": author.get("given-names"),
            "affiliation": author.get("affiliation"),
            "orcid": author.get("orcid"),
            "type": "personal",
        }
        for author in content.get("authors", ())
        if isinstance(author, dict)
    ]
    kept = {key: content.get(key) for key in ("title", "abstract", "keywords", "license", "message")}
    return {**kept, "creators": people, "schemes": ["orcid"]}


def letters(text: str) -> str:
    """Return what is compared of a value: its letters and digits, HTML aside."""
    return re.sub(r"\W|_", "", re.sub(r"<[^<>]*>", "", text.lower()))


if __name__ == "__main__":
    raise SystemExit(main())
