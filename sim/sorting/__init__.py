"""The sorting centre: parcels, lanes and the review desk."""
