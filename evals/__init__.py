"""Evaluation of reviews against labelled proposals. Runs from a checkout; not part of the wheel."""
