"""The nationwide page: districts by level and by probability of wind, for areas that have no streets."""
