"""What docs/systems.md says is so."""

import re
import tomllib
from pathlib import Path

import pytest

from systems.boundary.breach import MAX_TEXT_BYTES
from systems.boundary.service import MAX_REPLY_BYTES
from systems.conformance import check_system
from systems.contracts.items import KnowledgeDecision
from systems.contracts.routing import PlanDecision
from systems.contracts.service import ReplyDecision
from systems.contracts.vision import FIELDS, ReadingDecision
from systems.errors import SystemFailure
from systems.kinds import KINDS
from systems.registry import GROUP, resolve

PAGE = (Path(__file__).parents[3] / "docs" / "systems.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.M | re.S)
    return str(found)


def test_the_example_is_a_complete_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_reader.py").write_text(block("python"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    findings = check_system(
        "vision", lambda: resolve("vision", "my_reader:MyReader", {}, allow_dotted=True).system
    )
    assert [finding for finding in findings if finding.status != "pass"] == []


def test_the_table_of_kinds_is_the_code_s() -> None:
    decisions = {
        "vision": ReadingDecision,
        "service": ReplyDecision,
        "routing": PlanDecision,
        "items": KnowledgeDecision,
    }
    for kind in KINDS.values():
        call = f"{kind.method}({', '.join(kind.parameters)})"
        words = ", ".join(decisions[kind.name])
        assert re.search(rf"\| `{kind.name}` \| `{re.escape(call)}` \|.*\| {words} \|", PAGE)


def test_the_entry_point_is_of_the_right_group() -> None:
    (group,) = tomllib.loads(block("toml"))["project"]["entry-points"].items()
    assert group[0] == GROUP
    assert all(name.split(".")[0] in KINDS for name in group[1])


def test_figures_and_names_are_the_code_s() -> None:
    assert f"at most {MAX_TEXT_BYTES:,} bytes each, {MAX_REPLY_BYTES:,} for a reply" in PAGE
    assert f"exit code {SystemFailure.exit_code}" in PAGE
    assert "Fields are " + " and ".join(f"`{name}`" for name in FIELDS) in PAGE
