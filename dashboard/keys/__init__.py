"""Who may act: keys, sessions, roles, quotas, and the one door that asks for them."""
