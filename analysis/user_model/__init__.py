"""Reading of the user-model probes: belief and action from a diary, and likes that change."""
