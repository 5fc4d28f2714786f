"""What the product withstands, measured: one file a row of the table, each short in the tests and long on demand."""
