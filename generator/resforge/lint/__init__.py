"""Rules for schemas that load but that a cluster engineer would object to."""
