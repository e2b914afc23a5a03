"""Method, model and adapters against the guide's situation table."""
