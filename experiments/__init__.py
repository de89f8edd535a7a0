"""Batches of experiments: a study file in, a store of Parquet parts out; `stockout study` is the door."""
