"""What a model makes of the person it talks to: habits in a diary, and likes that change."""
