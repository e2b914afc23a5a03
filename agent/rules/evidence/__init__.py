"""Whether reasons and test sets can carry what is claimed."""
