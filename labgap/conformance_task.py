"""The conformance suite in a watched worker: a system that hangs must not hang the command."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from labgap.budgets import Budgets
from labgap.errors import InvalidUse, SystemUnderTestFailed
from labgap.executor import executor_for
from labgap.exit_codes import ExitCode
from labgap.parameters import Parameters
from labgap.tasks import Failure
from systems.conformance import check_system
from systems.conformance.finding import Finding, Status
from systems.errors import SystemTrouble
from systems.registry import resolve

__all__ = ["ConformanceTask", "findings_on"]


@dataclass(frozen=True)
class ConformanceTask:
    """Check one system and leave the findings in a file."""

    kind: str
    system: str
    params: Parameters
    result: Path

    def run(self) -> Failure | None:
        """Write the findings, or why there is no such system to look at."""
        try:
            resolve(self.kind, self.system, self.params, allow_dotted=True)
        except SystemTrouble as error:
            if error.exit_code != ExitCode.INVALID:
                raise
            self._write({"refused": [error.what, error.where, error.fix]})
            return None
        findings = check_system(
            self.kind,
            lambda: resolve(self.kind, self.system, self.params, allow_dotted=True).system,
        )
        self._write({"findings": [asdict(finding) for finding in findings]})
        return None

    def _write(self, found: Mapping[str, object]) -> None:
        self.result.write_text(json.dumps(found), "utf-8")

    def failed(self, message: str) -> Failure:
        """Say that the suite could not be finished."""
        return Failure(f"{self.kind} system {self.system!r} {message}", "", 0, "conformance suite")


def findings_on(kind: str, system: str, params: Parameters, budgets: Budgets) -> list[Finding]:
    """Run the suite on a system named on the command line.

    Raises
    ------
    InvalidUse
        If there is no such system, or it cannot be loaded.
    SystemUnderTestFailed
        If the system hangs, crashes its process or passes its budgets.
    """
    with TemporaryDirectory() as folder:
        task = ConformanceTask(kind, system, params, Path(folder) / "findings.json")
        executor = executor_for(1, budgets)
        try:
            for _, failure in executor.map_unordered([task]):
                if failure is not None:
                    raise SystemUnderTestFailed(
                        failure.message,
                        where=failure.where,
                        fix="mend the system, or give it longer with --task-timeout",
                    )
        finally:
            executor.close()
        found = json.loads(task.result.read_text("utf-8"))
    if "refused" in found:
        what, where, fix = found["refused"]
        raise InvalidUse(what, where=where, fix=fix)
    return [Finding(**{**row, "status": Status(row["status"])}) for row in found["findings"]]
