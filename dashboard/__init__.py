"""The dashboard: levers, headline cards and charts of one scenario, in the browser."""
