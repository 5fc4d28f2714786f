"""From files a person can get to an area: streets, districts, people, shelters, places and heights."""
