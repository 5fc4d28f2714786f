"""The page of coordinators: closures and shelters as they are now."""
