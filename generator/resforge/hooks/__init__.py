"""Compares the hooks that a schema asks for with those that the project's C++ sources define."""
