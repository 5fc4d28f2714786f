"""One folder a page: ids, layout, callbacks. Nothing happens at import."""
