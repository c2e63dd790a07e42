"""Verbs that load when they are run, so that starting the command pays for one and not for all."""

import ast
from importlib import import_module, resources
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from labgap.outcome import ends_clearly

__all__ = ["LazyVerb", "VerbGroup", "summary"]

PACKAGE = "labgap.commands"


def summary(module: str) -> str:
    """Docstring of a verb's function, read from its source: help need not import every verb.

    Parameters
    ----------
    module : str
        In `labgap.commands`; the verb's function, or the callback of a group, has its name.
    """
    source = resources.files(PACKAGE).joinpath(f"{module}.py").read_text("utf-8")
    return next(
        ast.get_docstring(node) or ""
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == module
    )


class LazyVerb(TyperCommand):
    """Stands for a verb in help and completion, and becomes it when it is run.

    Parameters
    ----------
    name : str
        As the user types it.
    module : str
        In `labgap.commands`.
    """

    def __init__(self, name: str, module: str) -> None:
        super().__init__(name=name)
        self.module = module

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Load the verb and let it parse its arguments."""
        return self.load().make_context(info_name, args, parent=parent, **extra)

    @ends_clearly
    def load(self) -> Any:
        """Import the verb, a function or a group of its own, as a command."""
        module = import_module(f"{PACKAGE}.{self.module}")
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer(add_completion=False)
            app.command(self.name)(ends_clearly(getattr(module, self.module)))
        command = typer.main.get_command(app)
        command.name = self.name
        return command


class VerbGroup(TyperGroup):
    """A group whose verbs say what they do once somebody asks for them."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Look a verb up; None where there is none of that name."""
        verb = super().get_command(ctx, cmd_name)
        if isinstance(verb, LazyVerb):
            verb.help = summary(verb.module)
        return verb
