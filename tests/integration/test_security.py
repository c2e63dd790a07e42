"""What docs/security.md promises, end to end: hostile answers, secrets, pictures, loaders."""

import ast
import json
import re
import struct
import zlib
from pathlib import Path

import pytest

from labgap.run_folder import RunFolder
from reports.gallery import GalleryItem, load_gallery, thumbnails
from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario
from tests.conftest import ROOT, Labgap
from tests.loader_fuzz import fuzz

SECRETS = {
    "LABGAP_TEST_API_TOKEN": "tok-5f2b1c9e77aa40d1",
    "AWS_SECRET_ACCESS_KEY": "aws-93be0f4471cc4e0f",
    "HTTP_PROXY": "http://user:hunter2-proxy-word@127.0.0.1:9",
}
TEXTS = [
    "<script>window.pwned=1</script>",
    "\x1b[31m\x1b]0;pwned\x07\x1b[2J",
    "[z](javascript:alert(1)) ![i](https://evil.example/p.png)",
    "a\u202eb\u2066c\u200b",
    "</script><img src=x onerror=alert(1)>",
    "| x |\n\n# heading\n",
]
HOSTILE = f"""
from systems.contracts.answers import Stage
from systems.contracts.vision import Reading, ReadingDecision

TEXTS = {TEXTS!r}

class Reader:
    def read(self, captures):
        answers = []
        for number, capture in enumerate(captures):
            text = TEXTS[number % len(TEXTS)]
            fields = {{"tracking_id": text, "sort_code": text}}
            answers.append(Reading(
                capture.capture_id, ReadingDecision.ACCEPT, 0.9, fields, (),
                (Stage(text, {{text: text}}, 0.5),),
            ))
        return answers

class Raises:
    def read(self, captures):
        raise RuntimeError(TEXTS[1] + TEXTS[0])
"""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")
PACKAGES = ("labgap", "sim", "scenarios", "systems", "metrics", "reports")


@pytest.fixture(scope="module")
def attacked(labgap_process: Labgap, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A finished run of a system whose every text is an attack, with secrets in the environment."""
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "hostile.py").write_text(HOSTILE)
    done = labgap_process(
        "run", "quickstart", "--smoke", "--jobs", "1", "--out", "runs/r",
        "--system", "vision=hostile:Reader", cwd=folder, env=SECRETS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


def test_hostile_answers_stay_text_in_every_output(
    labgap_process: Labgap, attacked: tuple[Path, str]
) -> None:
    folder, said = attacked
    assert not CONTROL.search(said)
    for verb in (("metrics", "r"), ("show", "r", "P000-000001"), ("report", "r", "--markdown")):
        done = labgap_process(*verb, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert not CONTROL.search(done.stdout + done.stderr), verb
        assert "<script>window" not in (done.stdout if verb[0] == "report" else "")
    html = (folder / "runs/r/report.html").read_text("utf-8")
    markdown = (folder / "runs/r/report.md").read_text("utf-8")
    for page in (html, markdown):
        assert "<script>window" not in page
        assert "<img src=x" not in page
        assert not CONTROL.search(page)
    assert "](javascript:" not in markdown
    assert "](https://evil.example" not in markdown


def test_an_error_of_a_hostile_system_is_harmless_to_a_terminal(
    labgap_process: Labgap, attacked: tuple[Path, str]
) -> None:
    done = labgap_process(
        "run", "quickstart", "--smoke", "--jobs", "1", "--out", "runs/e",
        "--system", "vision=hostile:Raises", cwd=attacked[0],
    )  # fmt: skip
    assert done.returncode == 5
    assert not CONTROL.search(done.stderr)


def test_secrets_of_the_environment_reach_no_file_of_a_run(attacked: tuple[Path, str]) -> None:
    folder, said = attacked
    secrets = [*SECRETS.values(), "hunter2-proxy-word"]
    files = [path for path in (folder / "runs").rglob("*") if path.is_file()]
    assert len(files) > 30
    for secret in secrets:
        assert secret not in said
        assert [path for path in files if secret.encode() in path.read_bytes()] == []


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "shown"), [(480, 320, True), (2500, 2500, False), (60_000, 60_000, False)]
)
def test_a_picture_that_swells_is_not_shown(width: int, height: int, shown: bool) -> None:
    item = GalleryItem("P000-000001", "a", "production", "misread", png(width, height))
    (thumbnail,) = thumbnails([item], 10**6)
    assert bool(thumbnail.source) is shown


def test_a_picture_of_many_bytes_is_not_read(tmp_path: Path) -> None:
    entry = {"file": "a.png", "parcel_id": "p", "arm": "a", "condition": "c", "outcome": "o"}
    (tmp_path / "index.json").write_text(json.dumps({"items": [entry]}))
    with (tmp_path / "a.png").open("wb") as picture:
        picture.write(png(10, 10))
        picture.truncate(6_000_000)
    assert load_gallery(tmp_path)[0].image == b""


def test_a_gallery_that_leads_out_is_refused(tmp_path: Path) -> None:
    entry = {"file": "../x.png", "parcel_id": "p", "arm": "a", "condition": "c", "outcome": "o"}
    (tmp_path / "index.json").write_text(json.dumps({"items": [entry]}))
    with pytest.raises(ValueError, match="outside the gallery"):
        load_gallery(tmp_path)


def dangers(source: str) -> list[str]:
    """Name the calls and imports in a module that run what they read."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            found += [
                name
                for name in names
                if name.split(".")[0] in {"pickle", "marshal", "shelve", "dill", "joblib"}
            ]
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
        if (
            called in {"eval", "exec", "yaml.load", "yaml.unsafe_load", "os.system"}
            or (called == "torch.load" and keywords.get("weights_only") != "True")
            or keywords.get("allow_pickle", "False") != "False"
            or keywords.get("shell", "False") != "False"
        ):
            found.append(called)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_that_is_read_is_run(package: str) -> None:
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules
    assert {
        str(path): found for path in modules if (found := dangers(path.read_text("utf-8")))
    } == {}


def test_the_search_for_dangers_finds_them() -> None:
    source = (
        "import pickle\nfrom joblib import load\neval('1')\nexec('1')\nyaml.load(x)\n"
        "torch.load(f)\ntorch.load(f, weights_only=True)\nnp.load(f, allow_pickle=True)\n"
    )
    assert len(dangers(source)) == 7


def test_damaged_inputs_are_taken_or_refused_never_a_traceback(workplace: Path) -> None:
    counts, broken = fuzz(workplace / "runs/smoke", workplace / "runs/.cache", 600, seed=7)
    assert broken == []
    assert len(counts) == 12
    assert all(refused > 0 for name, (_, refused) in counts.items() if name != "cached answers")


def test_a_setting_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(InvalidScenario, match="not UTF-8"):
        load_scenario("quickstart", ["replications=\udcff"])


def test_every_threat_names_tests_that_exist() -> None:
    page = (ROOT / "docs/security.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "test_" in line]
    assert len(rows) >= 15
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) >= len(rows)
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), (file, name)


def test_a_linked_run_is_refused_before_anything_is_written(
    labgap_process: Labgap, workplace: Path, tmp_path: Path
) -> None:
    manifest = (workplace / "runs/smoke/manifest.json").read_text()
    run, target = tmp_path / "runs/sent", tmp_path / "mine"
    run.mkdir(parents=True)
    (target / "arm=barcode/rep=0000").mkdir(parents=True)
    (target / "arm=barcode/rep=0000/thesis.txt").write_text("years of work")
    (run / "manifest.json").write_text(manifest)
    (run / "events").symlink_to(target)
    done = labgap_process(
        "run", "quickstart", "--smoke", "--out", "runs/sent", "--resume", cwd=tmp_path
    )
    assert done.returncode == 2
    assert "holds no links" in done.stderr
    assert (target / "arm=barcode/rep=0000/thesis.txt").exists()
    assert RunFolder(run).table_folders()
