"""The rules: one file each, found by the registry, run on facts and estimates, never on raw text."""
