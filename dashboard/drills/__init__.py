"""The seeded simulator: writes invented observations through the same door as a feed, always marked simulated."""
