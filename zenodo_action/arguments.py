"""The command line's options: made from the table, and read back into it with their places."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from zenodo_action.errors import OptionError, OptionPlace, Where
from zenodo_action.option import Option
from zenodo_action.options import TABLE, Options


class InOrder(click.Group):
    """A group that lists its commands in the order in which one needs them, not by the alphabet."""

    ORDER = ("validate", "preview", "deposit", "reserve", "metadata", "serve", "run")

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks so
        """Return the names of all commands."""
        return sorted(self.commands, key=self.ORDER.index)


def from_table(command: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that the table says it takes."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(TABLE):
            if command in option.commands:
                function = _click_option(option)(function)
        return function

    return decorate


def _click_option(option: Option) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return one row of the table as click has it; ``None`` means not given."""
    flag = f"--{option.name}"
    names = (f"{flag}/--no-{option.name}",) if option.kind == "flag" and option.default else (flag,)
    default = option.default_at_home or ("" if option.kind == "flag" else option.default_text)
    shown = f" [default: {default}]" if default else ""
    return click.option(
        *names,
        option.key,
        default=None,
        help=option.help + shown,
        is_flag=option.kind == "flag",
        metavar="|".join(option.choices) or option.metavar,
    )


def given_values(values: dict[str, object]) -> dict[str, tuple[object, Where]]:
    """Return what the user gave on the command line and in the environment, with its place."""
    given: dict[str, tuple[object, Where]] = {}
    for option in TABLE:
        value = values.get(option.key)
        if value is not None:
            given[option.name] = (value, OptionPlace(name=f"--{option.name}"))
        elif option.environment and os.environ.get(option.environment):
            given[option.name] = (os.environ[option.environment], OptionPlace(name=option.environment))
    return given


def for_deposit(options: Options) -> Options:
    """
    Return the options with the server that is meant where none was named.

    A token means Zenodo; none means the embedded repository, but never in CI: there a secret was forgotten.
    """
    if options.zenodo_token is not None or options.server == "local":
        return options
    if options.is_given("server"):
        raise OptionError(
            f"there is no token for the server {options.server}",
            where=OptionPlace(name="ZENODO_TOKEN"),
            fix="make one in your account there, under Applications (scopes deposit:write and deposit:actions), "
            "and give it in the environment variable ZENODO_TOKEN",
        )
    if is_ci():
        raise OptionError(
            "there is no token, and no server was named",
            where=OptionPlace(name="ZENODO_TOKEN"),
            fix="give the secret to this step as the environment variable ZENODO_TOKEN; "
            "--server local deposits in the embedded repository, whose DOIs are not registered",
        )
    return options.replaced(server="local")


def for_preview(options: Options) -> Options:
    """Return the same for a command that only reads, which needs no token."""
    if options.is_given("server") or options.zenodo_token is not None or is_ci():
        return options
    return options.replaced(server="local")


def is_ci() -> bool:
    """Whether this runs in continuous integration, as all services say by ``CI``."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
