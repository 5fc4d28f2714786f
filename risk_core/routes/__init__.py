"""Questions to the network: where a point meets it, and the fastest, balanced and safest way between two points."""
