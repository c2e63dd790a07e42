"""Readers of parcel labels."""
