"""Which releases are deposited without being named: by the patterns of ``tags`` and by ``prereleases``. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase

from zenodo_action import versions
from zenodo_action.options import Options


def refusal(tag: str, options: Options, *, is_prerelease: bool) -> str | None:
    """
    Return why a tag is not deposited, and which option would deposit it; ``None`` where it is.

    Args:
        tag: Its name.
        options: With the patterns, and what happens to prereleases.
        is_prerelease: Whether its platform marks its release as one.
    """
    if options.tags and not any(fnmatchcase(tag, pattern) for pattern in options.tags):
        return f"the tag {tag} matches none of the patterns in tags ({', '.join(options.tags)})"
    if not options.tags and not versions.is_version(tag):
        return f"the tag {tag} names no complete version (like v1.2.3); tags takes patterns of others to deposit"
    if options.prereleases == "skip" and (is_prerelease or versions.is_prerelease_version(tag)):
        why = "GitHub marks the release as one" if is_prerelease else "its version says so"
        return f"{tag} is a prerelease ({why}); prereleases: deposit would deposit it"
    return None
