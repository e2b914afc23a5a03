"""The estimator held against published figures."""
