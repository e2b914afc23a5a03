"""Signs that fine-tuning is the wrong tool."""
