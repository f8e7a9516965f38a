"""Licences: ids, names, addresses and expressions; what leaves the terms open is never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenodo_action import vocab
from zenodo_action.vocab import LicenceMatch, licence_names, licences
from zenodo_action.vocab.data import load

LICENCES = load("licences")
GPL_3 = ("GPL-3.0-only", "GPL-3.0-or-later")
BSD = ("BSD-2-Clause", "BSD-3-Clause")


def exact(*ids: str) -> LicenceMatch:
    return LicenceMatch(ids, exact=True, candidates=(), note=None)


def mended(*ids: str) -> LicenceMatch:
    return LicenceMatch(ids, exact=False, candidates=(), note=None)


def own(name: str, ids: tuple[str, ...] = ()) -> LicenceMatch:
    return LicenceMatch(ids, exact=False, candidates=(), note=f"Zenodo does not have SPDX's {name}", own=(name,))


def open_between(*candidates: str, note: str | None = None) -> LicenceMatch:
    return LicenceMatch((), exact=False, candidates=candidates, note=note)


@pytest.mark.parametrize("native", LICENCES["licences"])
def test_every_native_and_spdx_id_is_taken_in_any_case(native: str) -> None:
    spdx, title, _ = LICENCES["licences"][native]
    if native != "qtpl":  # which the server's own alias leads away from
        for spelling in (native, spdx or native, native.upper(), f" {native} "):
            assert vocab.license(spelling) == exact(native)
    assert vocab.license_title(native) == title


@pytest.mark.parametrize("old", sorted({*LICENCES["aliases"], *LICENCES["old_ids"]} - {"bsd-license", "fal", "gfdl"}))
def test_every_old_id_and_alias_means_what_it_means_to_the_server(old: str) -> None:
    meant = LICENCES["aliases"].get(old, old)
    assert vocab.license(old) == exact(LICENCES["old_ids"].get(meant, meant))


def test_old_ids_that_are_worth_knowing() -> None:
    assert vocab.license("cc-by") == exact("cc-by-4.0")
    assert vocab.license("GPL-3.0") == exact("gpl-3.0-only")
    assert vocab.license("GPL-3.0+") == exact("gpl-3.0-or-later")
    assert vocab.license("apache") == exact("apache-2.0")
    assert vocab.license("qtpl") == exact("qpl-1.0")


@pytest.mark.parametrize(
    ("text", "native"),
    [
        ("MIT License", "mit"),
        ("The MIT License (MIT)", "mit"),
        ("MIT Licence", "mit"),
        ("MIT/X11", "mit"),
        ("Expat", "mit"),
        ("MIT + file LICENSE", "mit"),
        ("License :: OSI Approved :: MIT License", "mit"),
        ("Apache 2.0", "apache-2.0"),
        ("Apache-2", "apache-2.0"),
        ("Apache License", "apache-2.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("License :: OSI Approved :: Apache Software License", "apache-2.0"),
        ("BSD-3", "bsd-3-clause"),
        ("BSD 3-Clause License", "bsd-3-clause"),
        ('BSD 3-Clause "New" or "Revised" License', "bsd-3-clause"),
        ("BSD (3-clause)", "bsd-3-clause"),
        ("3-clause BSD", "bsd-3-clause"),
        ("BSD_3_clause + file LICENSE", "bsd-3-clause"),
        ("New BSD License", "bsd-3-clause"),
        ("Simplified BSD", "bsd-2-clause"),
        ("BSD+Patent", "bsd-2-clause-patent"),
        ("CC BY 4.0", "cc-by-4.0"),
        ("CC-BY-4", "cc-by-4.0"),
        ("CC BY", "cc-by-4.0"),
        ("CC0", "cc0-1.0"),
        ("CC0 1.0 Universal", "cc0-1.0"),
        ("Creative Commons Zero v1.0 Universal", "cc0-1.0"),
        ("Creative Commons Attribution 4.0 International (CC BY 4.0)", "cc-by-4.0"),
        ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License", "cc-by-nc-sa-4.0"),
        ("GPL (>= 3)", "gpl-3.0-or-later"),
        ("GPLv3+", "gpl-3.0-or-later"),
        ("GPL v2 only", "gpl-2.0-only"),
        ("AGPL-3.0+", "agpl-3.0-or-later"),
        ("LGPL (>= 2.1)", "lgpl-2.1-or-later"),
        ("GNU Affero General Public License v3.0 or later", "agpl-3.0-or-later"),
        ("License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)", "gpl-3.0-or-later"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "mpl-2.0"),
        ("MPLv2", "mpl-2.0"),
        ("EUPL v1.2", "eupl-1.2"),
        ("Boost Software License", "bsl-1.0"),
        ("University of Illinois/NCSA Open Source License", "ncsa"),
        ("PSF", "psf-2.0"),
        ("Other (Open)", "other-open"),
        ("https://opensource.org/licenses/MIT", "mit"),
        ("http://www.opensource.org/licenses/BSD-3-Clause", "bsd-3-clause"),
        ("https://opensource.org/license/apache-2-0/", "apache-2.0"),
        ("https://choosealicense.com/licenses/mit/", "mit"),
        ("https://creativecommons.org/licenses/by/4.0/", "cc-by-4.0"),
        ("http://creativecommons.org/licenses/by-sa/3.0/deed.en", "cc-by-sa-3.0"),
        ("https://creativecommons.org/licenses/by/3.0/us/legalcode", "cc-by-3.0-us"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "apache-2.0"),
        ("https://unlicense.org", "unlicense"),
    ],
)
def test_names_and_addresses_that_are_mended(text: str, native: str) -> None:
    assert vocab.license(text) == mended(native)


def test_addresses_of_spdx_are_as_good_as_ids() -> None:
    assert vocab.license("https://spdx.org/licenses/Apache-2.0") == exact("apache-2.0")
    assert vocab.license("https://spdx.org/licenses/MIT.html") == exact("mit")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("GPLv3", GPL_3),
        ("GPL-3", GPL_3),
        ("GNU GPL v3", GPL_3),
        ("GNU General Public License v3.0", GPL_3),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", GPL_3),
        ("https://www.gnu.org/licenses/gpl-3.0.en.html", GPL_3),
        ("GPL", ("GPL-2.0-only", "GPL-2.0-or-later", *GPL_3)),
        ("LGPL", ("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later")),
        ("AGPL", ("AGPL-3.0-only", "AGPL-3.0-or-later")),
        ("gfdl", ("GFDL-1.3-only", "GFDL-1.3-or-later")),
        ("BSD", BSD),
        ("BSD License", BSD),
        ("bsd-license", BSD),
        ("https://opensource.org/licenses/bsd-license.php", BSD),
        ("License :: OSI Approved :: BSD License", BSD),
        ("Creative Commons", ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0")),
        ("CC BY-ND", ("CC-BY-ND-1.0", "CC-BY-ND-2.0", "CC-BY-ND-2.5", "CC-BY-ND-3.0", "CC-BY-ND-4.0")),
        ("Mozilla Public License", ("MPL-1.0", "MPL-1.1", "MPL-2.0")),
        ("EPL", ("EPL-1.0", "EPL-2.0")),
        ("BSL", ("BSL-1.0", "BUSL-1.1")),
        ("Public Domain", ("CC0-1.0", "Unlicense")),
        ("fal", ("LAL-1.2", "LAL-1.3")),
    ],
)
def test_names_that_leave_the_terms_open(text: str, candidates: tuple[str, ...]) -> None:
    assert vocab.license(text) == open_between(*candidates)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("MIT OR Apache-2.0", exact("mit", "apache-2.0")),
        ("MIT and BSD-3-Clause", exact("mit", "bsd-3-clause")),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", exact("mit", "apache-2.0", "bsd-3-clause")),
        ("MIT OR MIT", exact("mit")),
        ("MIT AND(Apache-2.0 OR 0BSD)", exact("mit", "apache-2.0", "0bsd")),
        ("MIT/Apache-2.0", mended("mit", "apache-2.0")),
        ("MIT, BSD-3-Clause", mended("mit", "bsd-3-clause")),
        ("MIT License or Apache 2.0", mended("mit", "apache-2.0")),
        ("Artistic-2.0 | GPL (>= 2)", mended("artistic-2.0", "gpl-2.0-or-later")),
        ("MIT OR GPLv3", open_between(*GPL_3, note='"GPLv3" in "MIT OR GPLv3" leaves the terms open')),
        ("MIT OR Apach-2.0", open_between("Apache-2.0", note='"Apach-2.0" is no licence that Zenodo knows')),
        ("MIT OR Xyzzy", open_between(note='"Xyzzy" is no licence that Zenodo knows')),
        (
            "GPL-3.0-or-later WITH GCC-exception-3.1",
            own("GPL-3.0-or-later WITH GCC-exception-3.1"),
        ),
        ("MIT OR MIT-Modern-Variant", own("MIT-Modern-Variant", ids=("mit",))),
        ("MIT WITH", open_between()),
        ("MIT OR (", open_between()),
    ],
)
def test_expressions(text: str, match: LicenceMatch) -> None:
    assert vocab.license(text) == match


@pytest.mark.parametrize(
    "text",
    [
        "NOASSERTION",
        "proprietary",
        "None",
        "UNLICENSED",
        "All rights reserved.",
        "SEE LICENSE IN LICENSE.txt",
        "file LICENSE",
        "LICENSE",
        "./LICENCE.txt",
    ],
)
def test_texts_that_name_no_licence(text: str) -> None:
    assert vocab.license(text) == open_between(note=f'"{text}" names no licence')


def test_what_spdx_s_own_parser_settles() -> None:
    assert licences._read_spdx("MIT OR (GPL-3.0 AND Apache-2.0)") == exact("mit", "gpl-3.0-only", "apache-2.0")


def test_nothing_at_all() -> None:
    assert vocab.license(" ") == open_between(note="no licence is named")


def test_unknown_licences() -> None:
    assert vocab.license("Apach-2.0") == open_between("Apache-2.0")
    assert vocab.license("Apache-2.0+") == open_between("Apache-2.0")
    assert vocab.license("xyzzy") == open_between()
    assert vocab.license("https://github.com/o/r/blob/main/LICENSE").ids == ()


def test_licences_of_spdx_that_zenodo_lacks() -> None:
    assert vocab.license("mit-modern-variant") == own("MIT-Modern-Variant")


WORDS = (
    *(
        "MIT",
        "Apache",
        "GPL",
        "LGPL",
        "2.0",
        "3",
        "v",
        "or",
        "OR",
        "AND",
        "with",
        "WITH",
        "(",
        ")",
        "+",
        "/",
        "|",
        ",",
        ">=",
    ),
    *("and", "only", "later", "BSD", "3-Clause", "CC", "BY", "https://", "spdx.org/licenses/", "gnu.org/licenses/gpl"),
    *("the", "License", "version", "exception-3.1", "GCC", "LicenseRef-x", "::", "file", "LICENSE"),
)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join) | st.text(max_size=15))
def test_any_text_gives_ids_or_candidates_that_can_be_written(text: str) -> None:
    match = vocab.license(text)
    assert all(native in LICENCES["licences"] for native in match.ids)
    assert all(vocab.license(candidate).exact for candidate in match.candidates)
    assert not (match.ids and match.candidates)
    assert not match.exact or match.ids


def test_no_two_licences_share_a_name() -> None:
    names = {
        native: {licence_names._key(native), licence_names._key(entry[1])}
        for native, entry in LICENCES["licences"].items()
    }
    assert sum(len(keys) for keys in names.values()) == len(licence_names._ids_by_key())


def test_titles_addresses_and_defaults() -> None:
    assert vocab.license_title("not-there") == "not-there"
    assert vocab.license_url("mit") == LICENCES["licences"]["mit"][2]
    assert vocab.license_url("other-open") is None
    assert vocab.license_url("not-there") is None
    assert vocab.default_license("dataset") == "cc0-1.0"
    assert vocab.default_license("publication-article") == "cc-by-4.0"
