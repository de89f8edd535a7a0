"""Chance: all that one replication will meet, drawn before it runs and read by identity."""
