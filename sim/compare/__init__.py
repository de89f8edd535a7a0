"""Paired comparison of policies and the precision of means."""
