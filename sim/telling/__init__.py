"""Stories of customers, sentence by sentence."""
