"""What each edge costs a traveller: seconds, risk, closures, and the one number a search minimises."""
