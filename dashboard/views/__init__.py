"""Pure: what is known of an area -> words, features, rows and pictures. No callbacks, no feeds."""
