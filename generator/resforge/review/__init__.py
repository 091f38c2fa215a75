"""Findings about schemas, and how they are shown: what `lint` and `breaking` have in common."""
