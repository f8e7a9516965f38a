# ruff: noqa: INP001, T201 -- scripts, which print and are no package
"""
The WSGI application of the conformance bed, filled with its first data before the first request.

Loading the vocabularies takes most of a start, so the first one leaves a copy behind: a template database beside the
site's own, the search documents, and the tokens. Later ones begin from that copy, with no records in it.
Everything happens in the process that then serves, since wiring InvenioRDM up takes longer than the rest.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from flask.cli import FlaskGroup
from flask_security.utils import hash_password
from invenio_accounts.proxies import current_datastore
from invenio_app.factory import create_app
from invenio_db import db
from invenio_oauth2server.models import Token
from invenio_rdm_records.fixtures.tasks import create_vocabulary_record
from invenio_search import current_search_client
from invenio_search.engine import search
from sqlalchemy import create_engine, text

COPY = Path(os.environ["BED_COPY"])
"""Folder of the copy; the template database bears its name."""
TOKENS = COPY / "tokens.json"
"""Written last, so a copy that holds it is complete."""
DOCUMENTS = COPY / "documents.ndjson"
EXTRA = Path(__file__).parent / "app_data" / "extra"
"""Vocabulary entries beyond the stock ones; each file is named after its vocabulary."""
USERS = ("owner", "other")

Commands = tuple[tuple[str, ...], ...]
INDEX_COMMANDS: Commands = (("index", "init", "--force"), ("rdm-records", "custom-fields", "init"))
DATA_COMMANDS: Commands = (
    ("db", "create"),
    ("files", "location", "create", "--default", "default-location", os.environ["BED_FILES"]),
    *INDEX_COMMANDS,
    ("rdm-records", "fixtures"),
)
"""What makes an empty InvenioRDM, each step building on those before it."""


def run(commands: Commands) -> None:
    """Run commands of InvenioRDM's own command line."""
    cli = FlaskGroup(create_app=lambda: application, load_dotenv=False, set_debug_flag=False)
    for command in commands:
        with contextlib.suppress(SystemExit):  # "custom-fields init" leaves the program where there are none
            cli.main(args=list(command), standalone_mode=False)
        print("bed:", " ".join(command), flush=True)


def create_users() -> dict[str, str]:
    """Create the users and return a personal access token for each."""
    tokens = {}
    for name in USERS:
        user = current_datastore.create_user(
            email=f"{name}@example.org",
            username=name,
            password=hash_password(os.urandom(16).hex()),
            active=True,
            confirmed_at=datetime.now(timezone.utc),
        )
        db.session.commit()
        tokens[name] = Token.create_personal("bed", user.id, scopes=["user:email"]).access_token
    db.session.commit()
    return tokens


def load_extra() -> None:
    """Add the entries under ``EXTRA``; they may refer to stock ones (awards to funders)."""
    for path in sorted(EXTRA.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            create_vocabulary_record(path.stem, json.loads(line))


def documents() -> Iterator[dict[str, Any]]:
    """Yield every search document, addressed to its index's alias, which is the same at the next start."""
    for hit in search.helpers.scan(current_search_client, index="bed-*"):
        yield {"_index": re.sub(r"-\d+$", "", hit["_index"]), "_id": hit["_id"], "_source": hit["_source"]}


def keep_copy(tokens: dict[str, str]) -> None:
    """Leave everything behind from which a later start begins."""
    current_search_client.indices.refresh(index="*")
    DOCUMENTS.write_text("".join(f"{json.dumps(document)}\n" for document in documents()), encoding="utf-8")
    db.session.remove()
    db.engine.dispose()  # a database with open connections cannot be copied
    address = db.engine.url
    server = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{COPY.name}" TEMPLATE "{address.database}"'))
    server.dispose()
    TOKENS.write_text(json.dumps(tokens), encoding="utf-8")


def load_documents() -> None:
    """Fill the search indices, which live in memory only."""
    lines = DOCUMENTS.read_text(encoding="utf-8").splitlines()
    search.helpers.bulk(current_search_client, map(json.loads, lines), refresh=True)


application = create_app()
with application.app_context():
    if TOKENS.exists():
        run(INDEX_COMMANDS)
        load_documents()
    else:
        run(DATA_COMMANDS)
        load_extra()
        keep_copy(create_users())
