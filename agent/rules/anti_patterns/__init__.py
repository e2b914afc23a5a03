"""The guide's five patterns to push back on."""
