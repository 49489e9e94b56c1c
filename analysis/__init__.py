"""From records to numbers and figures. Never touches a model."""
