"""What the tests of a resource DLL's author use: a pytest plugin and the simulated RHS."""
