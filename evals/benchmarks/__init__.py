"""How fast and how steady: run by hand, beside a peer in the same run."""
