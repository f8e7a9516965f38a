"""
HERMES, a workflow whose steps are commands: harvest, process, curate, deposit.

It has an environment of its own (``requirements/hermes.txt``), since what it needs does not go with the other clients.
"""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

from benchmarks.example import CITATION
from benchmarks.measure import ROOT, Spent, spend
from benchmarks.servers import TOKEN

PROGRAM = ROOT / "build" / "hermes" / "bin" / "hermes"

_CONFIGURATION = """\
[harvest]
sources = ["cff"]
cff.enable_validation = false
[deposit]
target = "invenio_rdm"
[deposit.invenio_rdm]
site_url = "{url}"
access_right = "open"
"""
"""
Of its users' settings the least; its schema for ``CITATION.cff`` is not fetched from the net.

Source: softwarepub/ci-templates, TEMPLATE_hermes_github_to_zenodo.yml (the steps too); settings classes of hermes 0.10.0.
"""

_NO_NET = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1"}
"""
Its step "process" asks schema.org and GitHub for three tables and goes on without them: they are refused at once here, so
that its figures do not hang on the net, and nothing is asked of other people's servers.
"""


def deposit(folder: Path, file: Path, url: str, record: str | None) -> tuple[Spent, str]:
    """
    Run the steps one after the other, as its documentation has its users do, and return the id of what was published.

    Args:
        folder: Of the project; its settings and the steps' results are kept there.
        file: What is deposited.
        url: Of the server.
        record: A version of the record to make the next one of; without it a new record.
    """
    shutil.rmtree(folder, ignore_errors=True)  # a job of CI begins with a fresh clone
    folder.mkdir()
    version = "1.0.0" if record is None else "1.1.0"  # it refuses a version that is there
    (folder / "CITATION.cff").write_text(f"{CITATION}version: {version}\n", encoding="utf-8")
    (folder / "hermes.toml").write_text(_CONFIGURATION.format(url=url), encoding="utf-8")
    given = ["--file", str(file), "-O", "invenio_rdm.auth_token", TOKEN]
    given += ["--initial"] if record is None else ["-O", "invenio_rdm.record_id", record]
    steps = [["harvest"], ["process"], ["curate"], ["deposit", *given]]
    script = " && ".join(shlex.join([str(PROGRAM), *step]) for step in steps)
    spent = spend(["sh", "-c", script], folder=folder, environment=_NO_NET)
    result = json.loads((folder / ".hermes/deposit/invenio_rdm/result.json").read_text(encoding="utf-8"))
    return spent, str(result["record_id"])
