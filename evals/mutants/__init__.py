"""Mutants of rules and readers: one comparison, operator, constant or cue changed at a time; the tests must go red."""
