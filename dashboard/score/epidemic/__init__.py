"""Scores of the epidemic models: daily and weekly forecasts, prevalence, reproduction number."""
