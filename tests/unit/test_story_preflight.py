"""What is known to go wrong before anything is written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.remotes import remote
from zenodo_action.model import DepositFile, Mark, Related
from zenodo_action.story import preflight

URL = "https://github.com/cat-lab-example/red-dot"


def file(number: int = 1, size_bytes: int = 1) -> DepositFile:
    return DepositFile(name=f"{number}.zip", path="", size_bytes=size_bytes, md5="0" * 32, sha256="0" * 64)


@pytest.mark.parametrize(("prefix", "level"), [("10.5281", "error"), (None, "warning")])
@pytest.mark.parametrize(
    ("files", "code", "what"),
    [
        ([file(number) for number in range(101)], "files-too-many", "these are 101 files; a record takes 100"),
        (
            [file(1, 30 * 10**9), file(2, 20 * 10**9 + 1)],
            "files-too-large",
            "the files hold 50,000,000,001 bytes; a record takes 50,000,000,000",
        ),
    ],
)
def test_quotas(files: list[DepositFile], *, code: str, what: str, prefix: str | None, level: str) -> None:
    """Zenodo's are known; other servers have their own, so there it is a warning."""
    repository: Any = SimpleNamespace(name="the server", doi_prefix=prefix)

    (finding,) = preflight.check_files(files, repository)

    assert (finding.level, finding.code, finding.what) == (level, code, what)


def test_what_just_fits() -> None:
    """100 files that hold 50 GB together."""
    repository: Any = SimpleNamespace(name="the server", doi_prefix="10.5281")

    assert preflight.check_files([file(number, 50 * 10**7) for number in range(100)], repository) == ()


def test_an_empty_file() -> None:
    """The server refuses it when it is complete, on every instance."""
    repository: Any = SimpleNamespace(name="the server", doi_prefix=None)

    (finding,) = preflight.check_files([file(1, 0)], repository)

    assert (finding.level, finding.code) == ("error", "file-empty")
    assert finding.what == "1.zip is empty, and the server takes no empty files"


def test_a_version_that_is_there_already() -> None:
    """From another tag, or by hand; its own mark is no obstacle."""
    link = Related(identifier=f"{URL}/tree/v1.0.0", relation="issupplementto")
    mark = Mark(version="1.0.0", link=f"{URL}/tree/1.0.0")

    (renamed,) = preflight.check_version([remote(version="1.0.0", related=(link,))], mark)
    (by_hand,) = preflight.check_version([remote(version="1.0.0")], mark)

    assert renamed.what == f"version 1.0.0 is already deposited from {URL}/tree/v1.0.0: 10.5072/zenodo.2"
    assert by_hand.what == "version 1.0.0 is already deposited without a link to its source: 10.5072/zenodo.2"
    assert preflight.check_version([remote(version="1.1.0")], mark) == ()
    assert (
        preflight.check_version([remote(version="1.0.0", related=(link,))], Mark(version="1.0.0", link=link.identifier))
        == ()
    )
