"""Conformance of a generated resource DLL: scenarios, judgement, coverage, shrinking, reports."""
