"""What finished runs observed: which count, every axis, declared contrasts, and what goes together."""
