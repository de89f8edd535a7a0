"""The laws of the audit, and the replay they look at. It shares no code with the model."""
