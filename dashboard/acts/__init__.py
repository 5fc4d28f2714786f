"""What officials do: closures, shelters, drills. Each deed asks the door, is logged, and can be taken back."""
