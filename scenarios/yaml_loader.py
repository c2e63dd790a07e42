"""YAML text in, located values out; nothing is ever constructed but text, numbers and containers.

The parser's events are walked with an explicit stack, so depth, aliases and tags are met before
anything is built and no nesting can exhaust Python's own stack.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from scenarios.errors import Problem, printable
from scenarios.located import Located, Place, Scalar, key_path
from scenarios.yaml_scalars import UnclearScalar, plain_scalar

__all__ = ["MAX_DEPTH", "Parsed", "parse_yaml"]

MAX_DEPTH = 20
"""Deepest nesting of mappings and lists."""
MAX_PROBLEMS = 200
"""Soft problems after which a file is given up."""
MAX_KEY = 128

# Not allowed by YAML, invisible (bidirectional overrides), or a line break only some tools count.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
# The C parser is five times faster; the wheel of a rare platform may lack it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Parsed:
    """Outcome of parsing: a root unless the text is broken, and what is wrong with it."""

    root: Located | None
    problems: tuple[Problem, ...]


class _Stop(Exception):
    """Parsing cannot go on; carries the reason."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


@dataclass(slots=True)
class _Frame:
    """An open mapping or list."""

    place: Place
    refused: bool
    entries: dict[str, Located] | None  # None for a list
    items: list[Located] = field(default_factory=list)
    key: str | None = None
    key_line: Place | None = None
    dropped: bool = False  # the pending key is refused: its value is read and forgotten


def parse_yaml(text: str, file: str, *, lines: bool = True, loader: Any = None) -> Parsed:
    """Parse one YAML document of plain data.

    Parameters
    ----------
    text : str
    file : str
        How messages name the source.
    lines : bool
        False where line numbers say nothing, as on the command line.
    loader : optional
        A PyYAML loader class; the C one by default.

    Returns
    -------
    Parsed
        Never raises for any text.
    """
    bad = _UNPRINTABLE.search(text)
    if bad is not None:
        line = text.count("\n", 0, bad.start()) + 1
        what = f"character U+{ord(bad.group()):04X} cannot be seen and is not allowed"
        problem = Problem(
            what, str(Place(file, line if lines else None)), "", "delete it, or retype the line"
        )
        return Parsed(None, (problem,))
    reader = _Reader(file, lines)
    try:
        for event in _events(text, file, lines, loader or _LOADER):
            reader.take(event)
    except _Stop as stop:
        return Parsed(None, (*reader.problems, stop.problem))
    if reader.root is None:
        problem = Problem(
            "the file holds no values", file, "", "write a scenario; `labgap init` makes one"
        )
        return Parsed(None, (*reader.problems, problem))
    return Parsed(reader.root, tuple(reader.problems))


def _events(text: str, file: str, lines: bool, loader: Any) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1 if lines and mark is not None else None)
        detail = ", ".join(part for part in (error.context, error.problem) if part)
        what = f"this is not valid YAML: {detail or 'syntax error'}"
        raise _Stop(Problem(what, str(place), "", _syntax_fix(text, mark))) from None
    except yaml.YAMLError as error:
        what = f"this is not valid YAML: {printable(str(error), 120)}"
        raise _Stop(Problem(what, file, "", "save the file as plain YAML in UTF-8")) from None


def _syntax_fix(text: str, mark: Any) -> str:
    rows = text.splitlines()
    row = rows[mark.line] if mark is not None and mark.line < len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "indent with spaces; YAML does not allow tabs"
    return "check indentation, brackets, quotes and the `: ` after each key on this line and before"


class _Reader:
    """Build located values from parser events, one at a time."""

    def __init__(self, file: str, lines: bool) -> None:
        self.root: Located | None = None
        self.problems: list[Problem] = []
        self._file = file
        self._lines = lines
        self._stack: list[_Frame] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Digest the next event; raise `_Stop` where there is no going on."""
        mark = event.start_mark
        place = Place(self._file, mark.line + 1 if self._lines and mark is not None else None)
        if isinstance(event, yaml.DocumentStartEvent):
            self._document(event, place)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, place)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event, place)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close()

    def _document(self, event: yaml.DocumentStartEvent, place: Place) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._stop("a second document begins here", place, "keep one document a file")
        if event.version or event.tags:
            self._report("a %YAML or %TAG directive stands here", place, "delete it")

    def _alias(self, event: yaml.AliasEvent, place: Place) -> None:
        self._report(
            f"alias *{event.anchor} is not allowed",
            place,
            "write the value out, or share it through `extends`",
        )
        if self._wants_key():
            raise self._stop("an alias cannot be a key", place, "write the key out")
        self._add(None, place, refused=True)

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        if self._wants_key():
            self._key(event, place)
            return
        refused = self._marked(event.anchor, event.tag, place)
        value: Scalar = event.value
        if event.implicit[0] and event.tag is None:
            try:
                value = plain_scalar(event.value)
            except UnclearScalar as unclear:
                self._report(unclear.what, place, unclear.fix)
                refused = True
        elif unseen := _UNPRINTABLE.search(event.value):
            self._report(
                f"the text holds the control character U+{ord(unseen.group()):04X}",
                place,
                "remove the escape sequence",
            )
            refused = True
        self._add(value, place, refused=refused)

    def _key(self, event: yaml.ScalarEvent, place: Place) -> None:
        frame = self._stack[-1]
        name = event.value
        if len(name) > MAX_KEY:
            raise self._stop(f"key {printable(name)} is too long", place, "shorten it")
        frame.key, frame.key_line = name, place
        self._marked(event.anchor, event.tag, place)
        # The value of a refused key is read and forgotten: one complaint is enough.
        frame.dropped = True
        assert frame.entries is not None
        if name == "<<" and event.implicit[0]:
            self._report("merge keys are not allowed", place, "write the keys out")
        elif event.implicit[0] and not self._is_text(name):
            self._report(
                f"key {printable(name)} is not text to every YAML reader",
                place,
                f'write "{name}" in quotes, or a plain word',
            )
        elif not name.isprintable():
            self._report("the key holds control characters", place, "use letters, digits and _")
        elif name in frame.entries:
            self._report(
                f"the key is given twice; the first is at {frame.entries[name].place}",
                place,
                "keep one of the two",
            )
        else:
            frame.dropped = False

    @staticmethod
    def _is_text(name: str) -> bool:
        if name.lower() in ("y", "n"):  # a usual key, and text to every reader in use
            return True
        try:
            return isinstance(plain_scalar(name), str)
        except UnclearScalar:
            return False

    def _marked(self, anchor: str | None, tag: str | None, place: Place) -> bool:
        """Report an anchor or a tag; only a tag changes the value's meaning."""
        if anchor is not None:
            self._report(
                f"anchor &{anchor} is not allowed",
                place,
                "delete it; share values through `extends`",
            )
        if tag is not None:
            self._report(
                f"tag {printable(tag)} is not allowed", place, "delete the tag and write the value"
            )
        return tag is not None

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, place: Place) -> None:
        if self._wants_key():
            raise self._stop("a key must be a word", place, "do not use a list or mapping as key")
        if len(self._stack) == MAX_DEPTH:
            raise self._stop(
                f"values are nested more than {MAX_DEPTH} deep", place, "flatten the file"
            )
        refused = self._marked(event.anchor, event.tag, place)
        entries: dict[str, Located] | None = (
            {} if isinstance(event, yaml.MappingStartEvent) else None
        )
        self._stack.append(_Frame(place, refused, entries))

    def _close(self) -> None:
        frame = self._stack.pop()
        value = tuple(frame.items) if frame.entries is None else frame.entries
        self._add(value, frame.place, refused=frame.refused)

    def _wants_key(self) -> bool:
        return (
            bool(self._stack)
            and self._stack[-1].entries is not None
            and self._stack[-1].key is None
        )

    def _add(
        self,
        value: Scalar | dict[str, Located] | tuple[Located, ...],
        place: Place,
        *,
        refused: bool,
    ) -> None:
        if not self._stack:
            self.root = Located(value, place, refused)
            return
        frame = self._stack[-1]
        if frame.entries is None:
            frame.items.append(Located(value, place, refused))
            return
        assert frame.key is not None
        assert frame.key_line is not None
        if not frame.dropped:
            frame.entries[frame.key] = Located(value, frame.key_line, refused)
        frame.key = None

    def _path(self) -> str:
        parts: list[str | int] = []
        for frame in self._stack:
            if frame.entries is None:
                parts.append(len(frame.items))
            elif frame.key is not None:
                parts.append(frame.key)
        return key_path([printable(p)[1:-1] if isinstance(p, str) else p for p in parts])

    def _stop(self, what: str, place: Place, fix: str) -> _Stop:
        return _Stop(Problem(what, str(place), self._path(), fix))

    def _report(self, what: str, place: Place, fix: str) -> None:
        self.problems.append(Problem(what, str(place), self._path(), fix))
        if len(self.problems) >= MAX_PROBLEMS:
            raise self._stop("too many problems to go on", place, "mend those above first")
