"""
Keeps the documentation true: what is said of options, outputs, findings and errors is compared with the code.

Links between pages lead to what is there, and a page that none leads to is told, since nobody would find it.

``--write`` renews the generated parts, which stand between ``<!-- NAME -->`` and ``<!-- /NAME -->``; without it a
difference is an error.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import make_action_yml
import make_schema

from zenodo_action import errors
from zenodo_action.action.reporting import OUTPUTS
from zenodo_action.cli import cli
from zenodo_action.options import TABLE

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def main() -> int:
    """Check everything, print what is not true, and return how it went."""
    is_writing = "--write" in sys.argv[1:]
    problems = [*_generated(is_writing=is_writing), *_headings(), *_links()]
    if make_action_yml.TARGET.read_text(encoding="utf-8") != make_action_yml.action_yml():
        problems.append("action.yml is not what the option table says: run scripts/make_action_yml.py")
    if make_schema.TARGET.read_text(encoding="utf-8") != make_schema.schema_text():
        problems.append("zenodo.schema.json is not what the reader's tables say: run scripts/make_schema.py")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _generated(*, is_writing: bool) -> Iterator[str]:
    """Compare, or renew, the generated parts."""
    parts = {"inputs": _inputs(), "outputs": _outputs(), "exit-codes": _exit_codes()}
    context = click.Context(cli, info_name="zenodo-deposit", **cli.context_settings)
    parts["commands"] = _commands(context)
    for name, command in cli.commands.items():
        with click.Context(command, parent=context, info_name=name, max_content_width=100) as inner:
            parts[f"help-{name}"] = f"```text\n{command.get_help(inner)}\n```"
    used = set()
    for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"<!-- ([a-z-]+) -->", text):
            if name not in parts:
                continue
            used.add(name)
            pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
            wanted = pattern.sub(lambda found, part=parts[name]: f"{found[1]}{part}\n{found[2]}", text)
            if wanted != text and not is_writing:
                yield f"{path.relative_to(ROOT)}: {name} is out of date; run python scripts/check_docs.py --write"
            text = wanted
        if is_writing:
            path.write_text(text, encoding="utf-8")
    for name in sorted(parts.keys() - used):
        yield f"no page shows {name}"


def _inputs() -> str:
    """Return the table of the Action's inputs."""
    rows = ["| input | default | meaning |", "|---|---|---|"]
    for option in TABLE:
        if option.is_input:
            shown = f"`{option.default_text}`" if option.default_text else ""
            rows.append(f"| `{option.name}` | {shown} | {f'{option.help} {option.choices_text}'.rstrip()} |")
    return "\n".join(rows)


def _commands(context: click.Context) -> str:
    """Return the table of the commands."""
    texts = {name: cli.commands[name].get_short_help_str(limit=200) for name in cli.list_commands(context)}
    rows = (f"| [`{name}`](#{name}) | {text} |" for name, text in texts.items())
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def _outputs() -> str:
    """Return the table of the Action's outputs."""
    return "\n".join(
        ["| output | meaning |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in OUTPUTS.items())]
    )


def _exit_codes() -> str:
    """Return the table of exit codes."""
    rows = ["| code | meaning |", "|--:|---|", "| 0 | Done, also where nothing was left to do. |"]
    for each in sorted(_errors(), key=lambda each: each.exit_code):
        if each.__base__ is errors.ZenodoActionError:
            first = (each.__doc__ or "").strip().splitlines()[0]
            rows.append(f"| {each.exit_code} | `{each.code()}`: {first} |")
    return "\n".join(rows)


def _errors() -> list[type[errors.ZenodoActionError]]:
    """Return all classes of errors."""
    found = [each for each in vars(errors).values() if isinstance(each, type)]
    return [each for each in found if issubclass(each, errors.ZenodoActionError)]


def _headings() -> Iterator[str]:
    """Compare the codes of findings and errors in the code with the headings of their pages."""
    lines = [
        line for path in sorted((ROOT / "zenodo_action").rglob("*.py")) for line in path.read_text("utf-8").split("\n")
    ]
    source = "\n".join(line for line in lines if ">>>" not in line)
    codes = set(re.findall(r"""code=["']([a-z]+(?:-[a-z]+)+)["']""", source))
    pages = {"reference/findings.md": codes, "reference/errors.md": {each.code() for each in _errors()}}
    for page, wanted in pages.items():
        text = (DOCS / page).read_text(encoding="utf-8")
        headed = set(re.findall(r"^#+ `([a-z]+(?:-[a-z]+)*)`$", text, re.MULTILINE))
        for code in sorted(wanted - headed):
            yield f"docs/{page} has no heading for {code}"
        for code in sorted(headed - wanted):
            # Many codes are handed to a function; there the bare text is what can be found.
            if f'"{code}"' not in source:
                yield f"docs/{page} describes {code}, which the code does not know"


def _links() -> Iterator[str]:
    """Follow every link from one file of the project to another, and look for pages that no link leads to."""
    pages = [ROOT / "README.md", *sorted((ROOT / ".github").glob("*.md")), *sorted(DOCS.rglob("*.md"))]
    reached = set()
    for page in pages:
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            name, _, anchor = link.partition("#")
            if "://" in name:
                continue
            target = (page.parent / name).resolve() if name else page
            reached.add(target)
            if not target.exists() or (anchor and anchor not in _anchors(target)):
                yield f"{page.relative_to(ROOT)}: the link {link} leads nowhere"
    for page in sorted({*DOCS.rglob("*.md")} - reached):
        yield f"{page.relative_to(ROOT)}: no page links to it"


def _anchors(page: Path) -> set[str]:
    """Return what GitHub calls the headings of a page: small letters, hyphens for spaces, no other signs."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    raise SystemExit(main())
