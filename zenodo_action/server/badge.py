"""The DOI badge, drawn as SVG."""

from __future__ import annotations

from markupsafe import Markup

_NARROW = frozenset("iljI.,:;'|!()[]/ft ")
_WIDE = frozenset("mwMWO@%")
_PADDING = 6

_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="DOI: {doi}">'
    "<title>DOI: {doi}</title>"
    '<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#r)">'
    '<path fill="#44505f" d="M0 0h{label}v20H0z"/>'
    '<path fill="#1668a8" d="M{label} 0h{value}v20H{label}z"/>'
    "</g>"
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
    '<text x="{label_middle}" y="14">DOI</text>'
    '<text x="{value_middle}" y="14" textLength="{text}" lengthAdjust="spacingAndGlyphs">{doi}</text>'
    "</g></svg>\n"
)


def draw_badge(doi: str) -> str:
    """
    Return the badge of a DOI as an SVG document.

    As on Zenodo it is drawn from the text alone: a badge does not prove that its DOI exists.
    """
    label = 24 + 2 * _PADDING
    text = sum(_advance(character) for character in doi)
    value = text + 2 * _PADDING
    return str(
        _SVG.format(
            doi=doi,
            width=label + value,
            label=label,
            value=value,
            text=text,
            label_middle=label / 2,
            value_middle=label + value / 2,
        )
    )


def _advance(character: str) -> int:
    """Return about how wide a character of the sans-serif font is, in pixels at 11 px; ``textLength`` mends the rest."""
    if character in _NARROW:
        return 4
    return 10 if character in _WIDE else 7
