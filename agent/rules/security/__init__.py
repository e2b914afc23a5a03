"""Text that tries to steer the reviewer."""
