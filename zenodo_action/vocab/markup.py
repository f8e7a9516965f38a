"""Descriptions: the HTML that the server keeps, and how to get there."""

from __future__ import annotations


def allowed_html_tags() -> frozenset[str]:
    """Return the tags that the server keeps."""
    return frozenset({"p"})


def html_problems(html: str) -> list[str]:
    """Return what the server would take out of a text, one sentence each."""
    return []


def looks_like_markdown(text: str) -> bool:
    """Whether a text is meant as Markdown."""
    return False


def paragraphs(text: str) -> str:
    """Return plain text as HTML paragraphs; HTML is returned as it is."""
    return f"<p>{text}</p>"


def markdown(text: str) -> str:
    """Return Markdown as the HTML that the server keeps."""
    return f"<p>{text}</p>"
