"""The page of a citizen who asks: am I at risk here, why, what do I do, and which way is safe."""
