"""Fields of risk: all hazards as one, streets and points sampled, words of advice."""
