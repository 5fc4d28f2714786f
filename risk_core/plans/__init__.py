"""Who goes where, by which way and when: demand, shelters with room, departures in stages, clearance."""
