"""Addresses of git remotes, as the web shows them."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_SCP_LIKE = re.compile(r"(?:[^@/:]+@)?(?P<host>\[[0-9a-fA-F:]+\]|[^@/:\[]{2,}):(?P<path>(?!:).+)", re.DOTALL)
"""``git@host:owner/name``; one letter before the colon is a drive, two colons name a helper program."""

_SSH_HOSTS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
"""Where SSH answers on port 443. Source: the three services' pages on SSH over the HTTPS port."""


def web_form(url: str) -> str | None:
    """
    Return the web address of a remote, without credentials and ``.git``; ``None`` for one that is not on the web.

    The port of an ``http(s)`` address is kept, that of SSH dropped.

    >>> web_form("git@github.com:cat-lab-example/red-dot.git")
    'https://github.com/cat-lab-example/red-dot'
    >>> web_form("ssh://git@example.org:22/cats/red-dot"), web_form("https://me:secret@example.org/cats/red-dot.git/")
    ('https://example.org/cats/red-dot', 'https://example.org/cats/red-dot')
    >>> web_form("/srv/git/red-dot.git")
    """
    if "://" in url:
        try:
            parts = urlsplit(url)
            scheme, host, path, port = parts.scheme.lower(), parts.hostname, parts.path, parts.port
        except ValueError:
            return None
    elif (scp := _SCP_LIKE.fullmatch(url)) is not None:
        scheme, host, path, port = "ssh", scp["host"].strip("[]").lower(), scp["path"], None
    else:
        return None
    path = path.strip("/").removesuffix(".git").rstrip("/")
    if scheme not in ("https", "http", "ssh", "git+ssh", "ssh+git", "git") or not host or not path:
        return None
    if not re.fullmatch(r"[\w.:-]+", host):
        return None
    host = _SSH_HOSTS.get(host, host)
    host = f"[{host}]" if ":" in host else host
    is_web = scheme in ("https", "http")
    address = f"{host}:{port}" if is_web and port else host
    # A server at a port of its own may well speak no TLS there; elsewhere https is what people mean.
    return f"{'http' if scheme == 'http' and port else 'https'}://{address}/{quote(path, safe='/~@+,;=:!$()*%')}"
