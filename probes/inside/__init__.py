"""Inside the model: probes whose answers are read beside the activations they come from."""
