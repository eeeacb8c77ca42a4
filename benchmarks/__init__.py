"""Measurements of the service beside its peers, as ratios within one run. `make bench`."""
