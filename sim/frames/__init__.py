"""Labels, parcels, belt and camera: what a system sees of the sorting lane."""
