"""Where a person is heading: the streets just behind, the places that come next."""
