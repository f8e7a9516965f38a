# ruff: noqa: INP001 -- part of a script
"""What the bed keeps between starts: a PostgreSQL cluster with a filled database to copy from, and a secret."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services import BedError, tail

DATABASE = "bed"
"""Name of the database that the site uses; made anew at every start."""


def database_user() -> str | None:
    """Return the user whom PostgreSQL, which refuses to run as root, runs as; ``None`` for the present one."""
    return "postgres" if os.geteuid() == 0 else None


def drop(folder: Path) -> None:
    """Remove a data folder, also where it had to be put elsewhere."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """A folder with the cluster, the uploaded files, the secret, and a copy of each variant's first data."""

    folder: Path
    postgres: Path
    """Folder of PostgreSQL's programs."""
    sources: Sequence[Path]
    """Files that the first data depends on."""
    logs: Path

    def prepare(self) -> bool:
        """
        Make the folder ready for a start and return whether data that no longer fits was thrown away.

        The cluster is kept if the same sources and the same PostgreSQL made it; the uploaded files never are.
        """
        stamp = self.folder / "stamp"
        made_by = stamp.read_text(encoding="ascii") if stamp.exists() else None
        wanted = self._stamp()
        if made_by != wanted:
            drop(self.folder)
            self._make_cluster()
            stamp.write_text(wanted, encoding="ascii")  # last: a folder without it is made anew
        shutil.rmtree(self.folder / "files", ignore_errors=True)
        (self.folder / "files").mkdir()
        return made_by is not None and made_by != wanted

    def secret(self) -> str:
        """Return the password of the database and of Redis."""
        return (self.folder / "secret").read_text(encoding="ascii")

    def copy(self, variant: str) -> Path:
        """Return the folder with a copy of a variant's first data; the template database has its name."""
        return self.folder.resolve() / f"copy_{variant}"

    def fill(self, port: int, variant: str) -> None:
        """Give the site its database: made from the copy of an earlier start, or empty where there is none."""
        copy = self.copy(variant)
        statements = [f'DROP DATABASE IF EXISTS "{DATABASE}"']
        if (copy / "tokens.json").exists():
            statements += [f'CREATE DATABASE "{DATABASE}" TEMPLATE "{copy.name}"']
        else:
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            statements += [f'DROP DATABASE IF EXISTS "{copy.name}"', f'CREATE DATABASE "{DATABASE}"']
        done = subprocess.run(
            [
                *(self.postgres / "psql", "--no-psqlrc", "--quiet", f"postgresql://bed@127.0.0.1:{port}/postgres"),
                *(part for statement in statements for part in ("--command", statement)),
            ],
            env={**os.environ, "PGPASSWORD": self.secret(), "PGOPTIONS": "-c client_min_messages=warning"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BedError(f"PostgreSQL refuses to make the database\n{done.stderr}")

    def _stamp(self) -> str:
        digest = hashlib.sha256(str(self.folder).encode())
        digest.update(subprocess.run([self.postgres / "postgres", "--version"], capture_output=True, check=True).stdout)
        for path in self.sources:
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _make_cluster(self) -> None:
        user = database_user()
        self.folder.mkdir()
        if (
            user is not None
            and subprocess.run(["setpriv", f"--reuid={user}", "test", "-x", self.folder], check=False).returncode
        ):
            self.folder.rmdir()  # the checkout lies in a folder that only root may enter
            elsewhere = Path(tempfile.mkdtemp(prefix="conformance-"))
            elsewhere.chmod(0o711)
            self.folder.symlink_to(elsewhere)
        cluster, secret = (self.folder.resolve() / name for name in ("postgres", "secret"))
        cluster.mkdir()
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(16), encoding="ascii")
        prefix: list[str] = []
        if user is not None:
            shutil.chown(cluster, user)
            shutil.chown(secret, user)
            prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        command = [str(self.postgres / "initdb"), f"--pgdata={cluster}", "--username=bed", f"--pwfile={secret}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        log = self.logs / "initdb.log"
        with log.open("wb") as output:
            if subprocess.run([*prefix, *command], stdout=output, stderr=output, check=False).returncode:
                raise BedError(f"PostgreSQL cannot make a database cluster\n{tail(log)}")
