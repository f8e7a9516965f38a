"""
The WSGI application of the conformance bed, filled with its first data where the database is empty.

Application and first data share one process, since importing and wiring InvenioRDM takes longer than anything else.
"""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime, timezone
from pathlib import Path

from flask.cli import FlaskGroup
from flask_security.utils import hash_password
from invenio_accounts.proxies import current_datastore
from invenio_app.factory import create_app
from invenio_db import db
from invenio_oauth2server.models import Token
from invenio_search import current_search

TOKENS_FILE = Path(os.environ["BED_TOKENS_FILE"])
"""Written last, so its existence says that the first data is complete."""

COMMANDS = (
    ("db", "create"),
    ("files", "location", "create", "--default", "default-location", os.environ["BED_FILES_DIR"]),
    ("index", "init", "--force"),
    ("rdm-records", "custom-fields", "init"),
    ("rdm-records", "fixtures"),
)
"""Commands of InvenioRDM that make an empty instance, in the order in which they build on each other."""


def create_tokens(names: tuple[str, ...]) -> dict[str, str]:
    """Create a user of each name and return a personal access token for each."""
    tokens = {}
    for name in names:
        user = current_datastore.create_user(
            email=f"{name}@example.org",
            password=hash_password(os.urandom(16).hex()),
            active=True,
            confirmed_at=datetime.now(timezone.utc),
            username=name,
        )
        db.session.commit()
        tokens[name] = Token.create_personal("bed", user.id, scopes=["user:email"]).access_token
    db.session.commit()
    return tokens


def bootstrap() -> None:
    """Create tables, indices, vocabularies, users and tokens."""
    cli = FlaskGroup(create_app=lambda: application, load_dotenv=False, set_debug_flag=False)
    for command in COMMANDS:
        with contextlib.suppress(SystemExit):  # "custom-fields init" leaves the program where none are configured
            cli.main(args=list(command), standalone_mode=False)
        print("bootstrap:", " ".join(command), flush=True)
    tokens = create_tokens(("owner", "other"))
    current_search.client.indices.refresh(index="*")
    TOKENS_FILE.write_text(json.dumps(tokens), encoding="utf-8")


application = create_app()
with application.app_context():
    if not TOKENS_FILE.exists():
        bootstrap()
