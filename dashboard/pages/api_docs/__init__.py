"""The page for developers: the open API."""
