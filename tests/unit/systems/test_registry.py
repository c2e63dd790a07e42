"""The registry finds systems in three ways and says clearly why it cannot."""

import sys
import textwrap
from collections.abc import Callable
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from systems.builtin import BUILT_IN, BuiltIn
from systems.errors import (
    DottedPathRefused,
    SystemFailure,
    SystemLoadError,
    UnknownKind,
    UnknownSystem,
)
from systems.kinds import KINDS
from systems.registry import describe, names, resolve

READER = """
class Reader:
    '''Reads nothing, politely.'''
    def __init__(self, size: int = 3, *, tone: str = "low"):
        self.size = size
        if size < 0:
            raise ValueError("size must not be negative")
    def read(self, captures):
        return []

class NoMethod: ...
class Narrow:
    def read(self): ...
class Later:
    async def read(self, captures): ...
class Printed(Reader):
    def fingerprint(self): return "printed/1"
class BadPrint(Reader):
    def fingerprint(self): return 7
class RaisingPrint(Reader):
    def fingerprint(self): raise OSError("no weights")
class Exits(Reader):
    def __init__(self): raise SystemExit(3)
class Outer:
    class Inner(Reader): ...
number = 7
"""

Module = Callable[[str], str]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Module:
    """Write a module into the working directory and give its name, a fresh one every time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(source: str) -> str:
        name = f"user_{tmp_path.name.replace('-', '_')}_{len(list(tmp_path.iterdir()))}"
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        return name

    return write


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Install a distribution that is nothing but its entry points."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])

    def install(distribution: str, entries: str) -> None:
        info = tmp_path / f"{distribution}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
        )
        (info / "entry_points.txt").write_text(f"[labgap.systems]\n{entries}\n")

    return install


def test_every_kind_lists_its_built_in_systems_without_importing_them() -> None:
    for kind in KINDS:
        assert set(BUILT_IN[kind]) <= set(names(kind))
        for name in BUILT_IN[kind]:
            described = describe(kind, name)
            assert described.origin == "labgap"
            assert described.summary.endswith(".")


def test_a_built_in_system_is_resolved_with_its_fingerprint() -> None:
    resolved = resolve("vision", "no_read", {}, allow_dotted=False)
    assert (resolved.origin, resolved.fingerprint) == ("labgap", "no_read/1")
    assert type(resolved.system).__name__ == "NoRead"


def test_a_misspelt_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownSystem, match=r"did you mean 'barcode'\?") as caught:
        resolve("vision", "barcod", {}, allow_dotted=False)
    assert "no_read" in caught.value.fix
    with pytest.raises(UnknownKind, match="did you mean 'vision'"):
        names("visoin")
    with pytest.raises(UnknownSystem):
        describe("items", "nothing_like_it")


def test_a_dotted_path_is_refused_unless_it_was_typed(module: Module) -> None:
    name = module("raise RuntimeError('imported')")
    with pytest.raises(DottedPathRefused, match="must not run code") as caught:
        resolve("vision", f"{name}:Reader", {}, allow_dotted=False)
    assert f"--system vision={name}:Reader" in caught.value.fix
    assert name not in sys.modules


def test_a_dotted_path_finds_the_working_directory_last(module: Module) -> None:
    name = module(READER)
    resolved = resolve("vision", f"{name}:Reader", {"size": 5}, allow_dotted=True)
    assert resolved.system.size == 5  # type: ignore[attr-defined]
    assert resolved.params == {"size": 5}
    assert resolved.fingerprint is None
    assert sys.path[-1] == str(Path.cwd())
    assert sys.path.count(str(Path.cwd())) == 1
    nested = resolve("vision", f"{name}:Outer.Inner", {}, allow_dotted=True)
    assert type(nested.system).__name__ == "Inner"


def test_a_folder_of_the_user_never_hides_an_installed_module(module: Module) -> None:
    name = module(READER)
    Path("json.py").write_text("raise RuntimeError('the wrong json')")
    resolve("vision", f"{name}:Reader", {}, allow_dotted=True)
    found = PathFinder.find_spec("json", sys.path)
    assert found is not None
    assert Path(str(found.origin)).parent != Path.cwd()


@pytest.mark.parametrize(
    ("spec", "params", "said"),
    [
        ("{m}:Redaer", {}, "has no 'Redaer'; did you mean 'Reader'"),
        ("{m}:number", {}, "cannot be called"),
        ("{m}:NoMethod", {}, r"NoMethod has no method read\(captures\)"),
        ("{m}:Narrow", {}, "read cannot be called as read"),
        ("{m}:Later", {}, "async"),
        ("{m}:Reader", {"sise": 4}, "did you mean 'size'"),
        ("no_such_module_of_anyone:X", {}, "there is no module no_such_module_of_anyone"),
        ("systems.my_reader:X", {}, "is a package of labgap's own"),
        ("{m}:", {}, "no dotted path"),
        ("{m}:Reader:Again", {}, "no dotted path"),
        ("../{m}:Reader", {}, "no dotted path"),
    ],
)
def test_every_way_to_fail_is_put_into_words(
    module: Module, spec: str, params: dict[str, int], said: str
) -> None:
    spec = spec.format(m=module(READER))
    with pytest.raises(SystemLoadError, match=said) as caught:
        resolve("vision", spec, params, allow_dotted=True)
    assert caught.value.where == f"vision system {spec!r}"


@pytest.mark.parametrize(
    ("name", "params", "said", "fix"),
    [
        ("cascade", {"reader": 5}, "param reader is 5", "give a text"),
        ("cascade", {"threads": "two"}, "param threads is 'two'", "give a whole number"),
        ("cascade", {"threads": True}, "param threads is True", "give a whole number"),
        ("cascade", {"review": "no"}, "param review is 'no'", "give true or false"),
        ("cascade", {"threshold": "high"}, "param threshold is 'high'", "give a number"),
        ("imagenet", {"reader": 1.5}, "param reader is 1.5", "give a text"),
    ],
)
def test_a_param_of_another_type_is_the_callers_mistake(
    name: str, params: dict[str, object], said: str, fix: str
) -> None:
    with pytest.raises(SystemLoadError, match=said) as caught:
        resolve("vision", name, params, allow_dotted=False)
    assert caught.value.fix == fix


def test_a_whole_number_is_a_number(module: Module) -> None:
    source = READER.replace("size: int", "size: float | None")
    name = module(source)
    assert resolve("vision", f"{name}:Reader", {"size": 1}, allow_dotted=True)


@pytest.mark.parametrize("hint", ["[1]", "1 / 0", "'no such name'", "dict", "'int | Path'"])
def test_annotations_that_are_no_plain_types_are_the_factorys_own(
    module: Module, hint: str
) -> None:
    later = "from __future__ import annotations\n"
    name = module(later + READER.replace("size: int", f"size: {hint}"))
    assert resolve("vision", f"{name}:Reader", {"size": 1}, allow_dotted=True)


def test_a_missing_extra_is_named(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the extra brings may be installed here, so its module is hidden first.
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    name = module("import ultralytics\n")
    with pytest.raises(SystemLoadError, match="needs ultralytics") as caught:
        resolve("vision", f"{name}:Reader", {}, allow_dotted=True)
    assert caught.value.fix == "pip install 'labgap[train]'"


def test_a_module_that_lacks_another_says_which(module: Module) -> None:
    name = module("import no_such_dependency.of_mine\n")
    with pytest.raises(SystemLoadError, match="needs no_such_dependency, which is not installed"):
        resolve("vision", f"{name}:Reader", {}, allow_dotted=True)


@pytest.mark.parametrize("source", ["1 / 0\n", "import sys; sys.exit(2)\n", "def broken(:\n"])
def test_a_module_that_cannot_be_imported_is_a_load_error(module: Module, source: str) -> None:
    name = module(source)
    with pytest.raises(SystemLoadError, match=f"importing {name} raised"):
        resolve("vision", f"{name}:Reader", {}, allow_dotted=True)


@pytest.mark.parametrize(
    ("spec", "params", "said"),
    [
        ("{m}:Reader", {"size": -1}, "ValueError: size must not be negative"),
        ("{m}:Exits", {}, "SystemExit"),
        ("{m}:BadPrint", {}, "fingerprint"),
        ("{m}:RaisingPrint", {}, "OSError: no weights"),
    ],
)
def test_a_factory_that_fails_is_a_failing_system(
    module: Module, spec: str, params: dict[str, int], said: str
) -> None:
    with pytest.raises(SystemFailure, match=said):
        resolve("vision", spec.format(m=module(READER)), params, allow_dotted=True)


def test_an_entry_point_is_a_registered_name(
    module: Module, installed: Callable[[str, str], None]
) -> None:
    name = module(READER)
    sys.path.append(str(Path.cwd()))
    installed("their-readers", f"vision.polite = {name}:Printed")
    assert "polite" in names("vision")
    assert "polite" not in names("items")
    resolved = resolve("vision", "polite", {}, allow_dotted=False)
    assert (resolved.origin, resolved.fingerprint) == ("their-readers 1.2", "printed/1")
    described = describe("vision", "polite")
    assert (described.origin, described.problem) == ("their-readers 1.2", None)


def test_a_broken_entry_point_is_listed_with_its_trouble(
    installed: Callable[[str, str], None],
) -> None:
    installed("broken-readers", "vision.gone = no_such_module_at_all:X\nnonsense = a:b")
    assert {"gone", "barcode"} <= set(names("vision"))
    described = describe("vision", "gone")
    assert described.problem is not None
    assert "no_such_module_at_all" in described.problem
    with pytest.raises(SystemLoadError, match="no_such_module_at_all"):
        resolve("vision", "gone", {}, allow_dotted=False)


def test_two_distributions_of_one_name_are_told_apart(
    installed: Callable[[str, str], None],
) -> None:
    installed("first", "vision.same = one_module:X")
    installed("second", "vision.same = another_module:X")
    with pytest.raises(SystemLoadError, match=r"first 1\.2, second 1\.2"):
        resolve("vision", "same", {}, allow_dotted=False)


def test_a_built_in_name_cannot_be_taken_over(installed: Callable[[str, str], None]) -> None:
    installed("hijack", "vision.no_read = no_such_module_at_all:X")
    assert resolve("vision", "no_read", {}, allow_dotted=False).origin == "labgap"


def test_a_built_in_system_without_its_extra_is_listed_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = BuiltIn("systems.vision.no_read:NoRead", "Needs more.", ("no_such_module_at_all",))
    monkeypatch.setattr(
        "systems.registry.BUILT_IN", {**BUILT_IN, "vision": {**BUILT_IN["vision"], "more": entry}}
    )
    monkeypatch.setattr("systems.registry.EXTRAS", {"no_such_module_at_all": "vision"})
    assert describe("vision", "more").problem == "pip install 'labgap[vision]'"
