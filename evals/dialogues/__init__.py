"""Dialogues as evals: answers that move the verdict, and answers that must not."""
