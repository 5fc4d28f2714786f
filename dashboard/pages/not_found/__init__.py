"""What an address without a page leads to."""
