"""Sweeps shipped with labgap."""
