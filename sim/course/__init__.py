"""What one run looks like over time and visit by visit: what charts are drawn from, read off a ledger in a worker."""
