"""The commands of `stockout`, one module for each task; what is heavy is imported inside them."""
