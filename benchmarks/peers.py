"""
Other clients of Zenodo, driven as their own users would, unmodified but for the server's address.

Run as a program in an environment that has them (``requirements/clients.txt``):
``python peers.py NAME FILE URL [RECORD]``; it prints the id of what it published.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

TITLE = "Red-Dot"
OLD: dict[str, Any] = {
    "title": TITLE,
    "upload_type": "software",
    "description": "<p>Detects laser dots.</p>",
    "creators": [{"name": "Carberry, Josiah", "orcid": "0000-0002-1825-0097"}],
    "license": "apache-2.0",
}


def zenodo_client(file: Path, url: str, record: str | None) -> str:
    """Deposit with zenodo-client."""
    os.environ["PYSTOW_CONFIG_HOME"] = str(file.parent)
    from zenodo_client import Creator, Metadata, Zenodo  # noqa: PLC0415  # its import is part of what it costs

    client = Zenodo(access_token=os.environ["ZENODO_TOKEN"])
    client.base, client.api_base = url, f"{url}/api"
    client.depositions_base = f"{url}/api/deposit/depositions"
    if record is not None:
        return str(client.update(record, [file]).json()["id"])
    creator = Creator(name="Carberry, Josiah", orcid="0000-0002-1825-0097")
    metadata = Metadata(
        title=TITLE, upload_type="software", description="<p>Dots.</p>", creators=[creator], license="Apache-2.0"
    )
    return str(client.create(metadata, [file]).json()["id"])


def openscm_zenodo(file: Path, url: str, record: str | None) -> str:
    """Deposit with openscm-zenodo, which makes next versions alone."""
    from openscm_zenodo.zenodo import ZenodoInteractor, create_new_version  # noqa: PLC0415

    client = ZenodoInteractor(token=os.environ["ZENODO_TOKEN"], zenodo_domain=url)
    if record is None:
        raise SystemExit("openscm-zenodo makes no first record")
    draft = create_new_version(record, client, metadata={"metadata": OLD})
    client.remove_all_files(draft)
    client.upload_files(draft, [file])
    client.publish(draft)
    return str(draft)


def gitlab2zenodo(file: Path, url: str, record: str | None) -> str:
    """Deposit with gitlab2zenodo, over the native API."""
    from gitlab2zenodo import deposit  # noqa: PLC0415
    from gitlab2zenodo.settings import Settings  # noqa: PLC0415

    class Here(deposit.ZenodoDeposit):  # type: ignore[misc]  # it has no types
        """The client with another address."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.zenodo_url = f"{url}/api/records"

    deposit.ZenodoDeposit = Here
    os.environ["CI_PROJECT_URL"] = "https://gitlab.example.org/cats/red-dot"
    os.environ["CI_COMMIT_TAG"] = "v1.1.0" if record else "v1.0.0"
    described = file.with_suffix(".json")
    metadata = {"title": TITLE, "upload_type": "software", "creators": [{"name": "Carberry, Josiah"}]}
    described.write_text(json.dumps({"metadata": metadata}), encoding="utf-8")
    given = argparse.Namespace(
        zenodo_token=os.environ["ZENODO_TOKEN"],
        archive=file,
        metadata=described,
        publish=True,
        draft=False,
        zenodo_record=record,
    )
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        deposit.send(Settings(given))
    return record or printed.getvalue().split()[-1]  # it prints the id of a first record alone


PEERS = {"zenodo-client": zenodo_client, "openscm-zenodo": openscm_zenodo, "gitlab2zenodo": gitlab2zenodo}


def main() -> None:
    """Do what the arguments say."""
    name, file, url, *record = sys.argv[1:]
    print("published", PEERS[name](Path(file), url, record[0] if record else None))  # noqa: T201 - for the caller


if __name__ == "__main__":
    main()
