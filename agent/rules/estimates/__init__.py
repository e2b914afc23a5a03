"""The proposal's figures against the estimator, the guide's cost table and each other."""
