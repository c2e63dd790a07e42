"""Figures: one module a kind, drawn to inline SVG."""
