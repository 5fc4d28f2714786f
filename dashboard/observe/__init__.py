"""What an operator sees of the running product: log lines, figures for Prometheus, seconds of every stage."""
