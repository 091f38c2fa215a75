"""Bringing schema files of older formats up to date, text by text."""
