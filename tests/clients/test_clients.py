"""Clients of others, unmodified but for the address, make records and next versions."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.clients.holdings import Holdings, md5
from zenodo_action.server import LocalServer

pytestmark = pytest.mark.clients

TOKEN = "test-token"
OLD: dict[str, Any] = {
    "title": "Red-Dot",
    "upload_type": "software",
    "description": "<p>Detects laser dots.</p>",
    "creators": [{"name": "Carberry, Josiah", "orcid": "0000-0002-1825-0097"}],
    "version": "1.0.0",
    "license": "apache-2.0",
}


@pytest.fixture
def archives(tmp_path: Path) -> tuple[Path, Path]:
    """The archives of two releases."""
    made = tuple(tmp_path / f"red-dot-{version}.zip" for version in ("1.0.0", "1.1.0"))
    for path in made:
        path.write_bytes(path.name.encode() * 1000)
    return made[0], made[1]


def bytes_of(*paths: Path) -> dict[str, str]:
    return {path.name: md5(path.read_bytes()) for path in paths}


def test_zenodo_client(
    server: LocalServer,
    holdings: Holdings,
    archives: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """It sends the token in the address, and reads the metadata of the next version to change and send them back."""
    monkeypatch.setenv("PYSTOW_CONFIG_HOME", str(tmp_path))
    from zenodo_client import Creator, Metadata, Zenodo  # noqa: PLC0415  # installed for this test alone

    client = Zenodo(access_token=TOKEN)
    client.base, client.api_base = server.url, server.api_url
    client.depositions_base = f"{server.api_url}/deposit/depositions"
    metadata = Metadata(
        title="Red-Dot",
        upload_type="software",
        description="<p>Detects laser dots.</p>",
        creators=[Creator(name="Carberry, Josiah", orcid="0000-0002-1825-0097")],
        version="1.0.0",
        license="Apache-2.0",
    )
    first = client.create(metadata, [archives[0]]).json()
    second = client.update(str(first["id"]), [archives[1]]).json()

    one, two = holdings.versions(first["id"])
    assert (one["id"], two["id"]) == (str(first["id"]), str(second["id"]))
    assert (one["metadata"]["version"], two["metadata"]["version"]) == (
        "1.0.0",
        second["metadata"]["version"],
    )
    assert one["metadata"]["rights"][0]["id"] == "apache-2.0"
    assert holdings.files(first["id"]) == bytes_of(archives[0])
    # It leaves the files of the version before where they are.
    assert holdings.files(second["id"]) == bytes_of(*archives)


def test_zenodopy(server: LocalServer, archives: tuple[Path, Path], holdings: Holdings) -> None:
    """It names no content type, and cannot publish."""
    import zenodopy  # noqa: PLC0415  # installed for this test alone

    client = zenodopy.Client(token=TOKEN)
    client._endpoint = server.api_url
    client.create_project(title="Red-Dot", upload_type="software", description="Detects laser dots.")
    assert client.deposition_id is not None
    client.upload_file(str(archives[0]))
    client.upload_file(str(archives[1]))
    client.delete_file(archives[1].name)

    draft = client._get_depositions_by_id(client.deposition_id)
    assert (draft["state"], draft["title"], draft["metadata"]["upload_type"]) == ("unsubmitted", "Red-Dot", "software")
    assert {file["filename"]: file["checksum"] for file in draft["files"]} == bytes_of(archives[0])
    address = f"{server.api_url}/deposit/depositions/{client.deposition_id}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    requests.put(address, json={"metadata": OLD}, headers=headers, timeout=60).raise_for_status()
    requests.post(f"{address}/actions/publish", headers=headers, timeout=60).raise_for_status()
    assert holdings.files(client.deposition_id) == bytes_of(archives[0])


def test_openscm_zenodo(server: LocalServer, archives: tuple[Path, Path], holdings: Holdings) -> None:
    """It makes next versions by any version's id, finds the open draft in the list, and removes what was imported."""
    from openscm_zenodo.zenodo import (  # noqa: PLC0415  # installed for this test alone
        RestAction,
        ZenodoInteractor,
        create_new_version,
        get_reserved_doi,
    )

    client = ZenodoInteractor(token=TOKEN, zenodo_domain=server.url)
    first = client.get_response("/api/deposit/depositions", RestAction.post, json={"metadata": OLD}).json()["id"]
    client.upload_files(first, [archives[0]])
    client.publish(first)
    second = create_new_version(str(first), client, metadata={"metadata": {**OLD, "version": "1.1.0"}})
    assert get_reserved_doi(client.get_deposition(second)) == f"10.5281/zenodo.{second}"
    assert str(client.get_draft_deposition_id(str(first))) == second
    client.remove_all_files(second)
    client.upload_files(second, [archives[1]])
    client.publish(second)

    one, two = holdings.versions(first)
    assert (one["metadata"]["version"], two["metadata"]["version"]) == ("1.0.0", "1.1.0")
    assert (holdings.files(first), holdings.files(second)) == (bytes_of(archives[0]), bytes_of(archives[1]))
    assert client.get_latest_deposition_id(str(first)) == second
    assert client.get_bibtex_entry(second).startswith("@")


def test_gitlab2zenodo(
    server: LocalServer,
    archives: tuple[Path, Path],
    holdings: Holdings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It speaks InvenioRDM's own API and prints the id of what it made."""
    from gitlab2zenodo import deposit  # noqa: PLC0415  # installed for this test alone
    from gitlab2zenodo.settings import Settings  # noqa: PLC0415

    class Here(deposit.ZenodoDeposit):  # type: ignore[misc]  # it has no types
        """The client with another address."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.zenodo_url = f"{server.api_url}/records"

    monkeypatch.setattr(deposit, "ZenodoDeposit", Here)
    monkeypatch.setenv("CI_PROJECT_URL", "https://gitlab.example.org/cats/red-dot")
    described = archives[0].with_name(".zenodo.json")
    metadata = {
        "title": "Red-Dot",
        "upload_type": "software",
        "creators": [{"name": "Carberry, Josiah"}],
        "dates": [{"date": "2026-03", "type": {"id": "available"}}],
    }
    described.write_text(json.dumps({"metadata": metadata}), encoding="utf-8")

    def send(archive: Path, tag: str, record: str | None) -> None:
        monkeypatch.setenv("CI_COMMIT_TAG", tag)
        given = argparse.Namespace(
            zenodo_token=TOKEN, archive=archive, metadata=described, publish=True, draft=False, zenodo_record=record
        )
        deposit.send(Settings(given))

    send(archives[0], "v1.0.0", None)
    first = capsys.readouterr().out.strip()
    send(archives[1], "v1.1.0", first)

    one, two = holdings.versions(first)
    assert (one["metadata"]["version"], two["metadata"]["version"]) == ("1.0.0", "1.1.0")
    assert {entry["identifier"] for entry in two["metadata"]["related_identifiers"]} == {
        "https://gitlab.example.org/cats/red-dot/-/tree/v1.1.0",
        "https://gitlab.example.org/cats/red-dot",
    }
    assert (holdings.files(one["id"]), holdings.files(two["id"])) == (bytes_of(archives[0]), bytes_of(archives[1]))
