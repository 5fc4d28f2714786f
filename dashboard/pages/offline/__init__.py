"""What stays on a phone without a connection: the worker, the kept page, and how the product is installed."""
