"""What a draft must hold before it is published: looked at on a real server, by each API."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from zenodo_action.errors import ConflictError, FilePlace, RejectedError
from zenodo_action.model import Creator, DepositFile, Mark, Record, Related, RemoteRecord, RepositoryFacts, Snapshot
from zenodo_action.notes import Memory
from zenodo_action.plan import Plan
from zenodo_action.repository import Repository, connect
from zenodo_action.server import LocalServer
from zenodo_action.story import filling
from zenodo_action.story.tools import Tools

HEADERS = {"Accept": "application/vnd.inveniordm.v1+json", "Authorization": "Bearer test-token"}
URL = "https://github.com/cat-lab-example/red-dot"
RECORD = Record(
    title="Red-Dot 1.0.0",
    resource_type="software",
    creators=(Creator(family_name="Carberry", given_name="Josiah"),),
    publication_date="2026-03-01",
    version="1.0.0",
    keywords=("lasers",),
    related=(Related(identifier=f"{URL}/tree/v1.0.0", relation="issupplementto", scheme="url"),),
    custom_fields={"code:codeRepository": URL},
)
CONTENT = b"print('dot')\n"

Made = tuple[Plan, RemoteRecord, Tools]


def made(repository: Repository, folder: Path, record: Record = RECORD, **further: Any) -> Made:
    """Open a draft of a record and return it with a plan of one file."""
    path = folder / "red-dot.zip"
    path.write_bytes(CONTENT)
    md5, sha256 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest(), hashlib.sha256(CONTENT).hexdigest()
    file = DepositFile(name="red-dot.zip", path=str(path), size_bytes=len(CONTENT), md5=md5, sha256=sha256)
    snapshot = Snapshot(
        repository=RepositoryFacts(name="red-dot", url=URL),
        tag="v1.0.0",
        commit="c" * 40,
        version="1.0.0",
        released_on="2026-03-01",
        committed_at=0,
        files={},
    )
    plan = Plan(
        step="new-record",
        server=repository.name,
        snapshot=snapshot,
        mark=Mark(version="1.0.0", link=f"{URL}/tree/v1.0.0"),
        record=record,
        payload=repository.payload(record, None),
        files=(file,),
        **further,
    )
    tools = Tools(
        repository=repository,
        notes=Memory(),
        build=lambda: ((), ()),
        rebuild=lambda same, _: same,
        say=lambda _: None,
    )
    return plan, repository.create_draft(plan.payload), tools


@pytest.fixture(params=["records", "deposit"])
def make(zenodo: LocalServer, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., Made]:
    """Do the same on a server of the sandbox's kind, by each API."""
    repository = connect(server=zenodo.url, token="test-token", timeout_s=2, log=lambda _: None, api=request.param)
    return functools.partial(made, repository, tmp_path)


def by_hand(zenodo: LocalServer, draft: RemoteRecord, **metadata: Any) -> None:
    """Change a draft as somebody else would."""
    url = f"{zenodo.api_url}/records/{draft.id}/draft"
    body = requests.get(url, headers=HEADERS, timeout=10).json()
    body["metadata"] |= metadata
    assert requests.put(url, json=body, headers=HEADERS, timeout=10).status_code == 200


# The metadata


def test_what_the_server_holds_is_settled(make: Callable[..., Made]) -> None:
    """Nothing was refused, nothing lost: plan and draft are as they were."""
    plan, draft, tools = make()

    assert filling.settle_metadata(plan, draft, tools) == (plan, draft)


def test_a_lost_value_names_its_place(make: Callable[..., Made]) -> None:
    """The deposit API drops a bad date without a word, the native one says why; either way it is found."""
    place = FilePlace(file=".zenodo.yml", line=3, column=5)
    plan, draft, tools = make(replace(RECORD, publication_date="next spring"), places={"publication_date": place})

    with pytest.raises(RejectedError) as caught:
        filling.settle_metadata(plan, draft, tools)

    assert caught.value.what.startswith(f"{tools.repository.name} did not take all of the metadata: ")
    assert "metadata.publication_date" in caught.value.what
    assert caught.value.where == place
    assert caught.value.fix == f"mend the values and run again; the draft {draft.url} is kept and will be gone on with"


def test_a_part_of_a_value_is_found_at_the_whole(make: Callable[..., Made]) -> None:
    """Where a list has one place, its items have it too."""
    place = FilePlace(file=".zenodo.yml", line=7)
    plan, draft, tools = make(places={"keywords": place})
    held = dict(draft.payload)
    metadata = dict(held["metadata"])  # type: ignore[call-overload]
    metadata.pop("subjects", None)
    metadata.pop("keywords", None)

    with pytest.raises(RejectedError) as caught:
        filling.settle_metadata(plan, replace(draft, payload=held | {"metadata": metadata}), tools)

    assert caught.value.where == place


def test_a_field_that_the_server_does_not_have(tmp_path: Path) -> None:
    """A stock InvenioRDM has no field for the code repository: it is left out and said."""
    with LocalServer(tmp_path / "stock", token="test-token", personality="inveniordm") as stock:
        repository = connect(server=stock.url, token="test-token", timeout_s=2, log=lambda _: None)

        settled, draft = filling.settle_metadata(*made(repository, tmp_path))

    assert [each.code for each in settled.findings] == ["custom-field-unknown"]
    assert "custom_fields" not in settled.payload.body
    assert not draft.field_errors


# The last look


def test_the_draft_is_as_planned(make: Callable[..., Made]) -> None:
    """Its mark, and exactly the planned files."""
    plan, draft, tools = make()
    tools.repository.announce(draft, ["red-dot.zip"])
    tools.repository.upload(draft, plan.files[0])

    seen = filling.look_again(plan, draft, tools)

    assert [(each.name, each.md5) for each in seen.files] == [("red-dot.zip", plan.files[0].md5)]


def test_a_file_is_missing(make: Callable[..., Made]) -> None:
    """It is named."""
    plan, draft, tools = make()

    with pytest.raises(ConflictError) as caught:
        filling.look_again(plan, draft, tools)

    assert caught.value.what == f"draft {draft.id} does not hold exactly the planned files: red-dot.zip"


def test_the_mark_is_gone(make: Callable[..., Made], zenodo: LocalServer) -> None:
    """Somebody has made another version of the draft."""
    plan, draft, tools = make()
    by_hand(zenodo, draft, version="2.0.0")

    with pytest.raises(ConflictError) as caught:
        filling.look_again(plan, draft, tools)

    assert caught.value.what == f"draft {draft.id} was changed by somebody else while it was being filled"


def test_the_draft_is_gone(make: Callable[..., Made], zenodo: LocalServer) -> None:
    """Discarded by hand."""
    plan, draft, tools = make()
    url = f"{zenodo.api_url}/records/{draft.id}/draft"
    assert requests.delete(url, headers=HEADERS, timeout=10).status_code == 204

    with pytest.raises(ConflictError) as caught:
        filling.look_again(plan, draft, tools)

    assert caught.value.fix == f"look at {draft.url}, then run again"


# After publishing


def test_what_is_published_is_compared(make: Callable[..., Made], zenodo: LocalServer) -> None:
    """A value that is not what was sent is a warning, with both."""
    plan, draft, tools = make()
    tools.repository.announce(draft, ["red-dot.zip"])
    tools.repository.upload(draft, plan.files[0])
    by_hand(zenodo, draft, title="Somebody's")

    published = tools.repository.publish(draft)

    (finding,) = filling.compare(plan, published, tools)
    assert (finding.level, finding.code) == ("warning", "value-changed")
    assert finding.what == "metadata.title was sent as 'Red-Dot 1.0.0' and is published as \"Somebody's\""
    assert finding.fix == f"edit the record at {published.url} if that matters"


def test_another_doi_than_the_reserved_one(make: Callable[..., Made]) -> None:
    """It is never silent; letter case is no difference."""
    plan, draft, tools = make()
    tools.repository.announce(draft, ["red-dot.zip"])
    tools.repository.upload(draft, plan.files[0])
    published = tools.repository.publish(draft)
    assert published.doi is not None

    assert filling.compare(replace(plan, doi=published.doi.upper()), published, tools) == ()
    (finding,) = filling.compare(replace(plan, doi="10.5072/zenodo.7"), published, tools)

    assert finding.code == "doi-changed"
    assert finding.what == f"the DOI 10.5072/zenodo.7 was reserved, and the record is published under {published.doi}"
