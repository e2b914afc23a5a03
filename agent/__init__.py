"""The reviewer: bytes → Document → Facts → Estimate → Findings → Questions and Verdict → Review."""

__version__ = "0.1.0"
