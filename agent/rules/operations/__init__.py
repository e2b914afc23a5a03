"""Serving, rollback and parity: what the guide's third worked example calls the hard part."""
