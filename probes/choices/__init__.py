"""Choices and what is said of them: what somebody's picks weigh, and whether they know it."""
