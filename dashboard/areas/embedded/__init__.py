"""The embedded areas: built from files inside installed packages, without a download."""
