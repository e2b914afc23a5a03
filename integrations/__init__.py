"""Doors to the one reviewer: they translate, call it, and translate back."""
