"""The page of health officials: infection risk by district."""
