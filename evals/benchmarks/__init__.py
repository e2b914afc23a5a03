"""Whether the store holds: processes that answer at once, and processes that are killed."""
