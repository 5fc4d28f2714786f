"""The planner: zones drawn or picked become an evacuation plan that can be published."""
