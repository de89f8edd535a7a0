"""The claims of the field, each tried by a study with its sign written down before the first run."""
