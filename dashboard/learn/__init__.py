"""Learning from what came: settings refitted, scored on the newest origins, taken or refused, and written down."""
