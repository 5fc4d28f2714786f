"""Where a person is heading: map matching, next place, path ahead, exposure ahead."""
