"""Does a system keep its contract?  The suite behind ``labgap check-system``."""

from systems.conformance.finding import Finding, Status
from systems.conformance.suite import CHECKS, check_system

__all__ = ["CHECKS", "Finding", "Status", "check_system"]
