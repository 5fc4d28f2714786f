"""Every frozen record that travels between rooms. Checked once when made, trusted afterwards."""
