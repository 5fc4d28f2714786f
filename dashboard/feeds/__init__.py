"""What others publish, read into records of the table of kinds; one form a file."""
