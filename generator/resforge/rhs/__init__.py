"""The Python side of the simulated RHS: building it, starting it, talking to it."""
