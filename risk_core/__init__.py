"""All calculation: arrays in, arrays out. No web, no files, no clock, no hidden randomness."""
