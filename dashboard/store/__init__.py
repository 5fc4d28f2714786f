"""What is kept between starts: observations, area bundles, snapshots, drills."""
