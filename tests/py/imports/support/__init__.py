"""A package for the import tests."""
