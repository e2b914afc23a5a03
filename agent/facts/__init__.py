"""What the document says, each fact with its quote."""
