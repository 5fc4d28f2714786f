"""How good the models are on data of one's own."""
