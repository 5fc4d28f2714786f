"""The command `plan`: an evacuation planned without a browser."""
