"""The review as a conversation: what people say after the first reading, and what follows from it. Pure functions."""
