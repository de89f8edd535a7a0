"""Parameters of customers from a shop's own records: how long they wait, how often they come, when they stop coming."""
