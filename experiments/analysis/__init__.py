"""What a study's numbers say: functions over plain arrays, and adaptors from a store of results to these arrays."""
