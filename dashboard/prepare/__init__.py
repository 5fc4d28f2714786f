"""What has to be done once before anything is served: sample areas built, kernels compiled."""
