"""Where officials sign in with a key."""
