"""Whose word counts, and where: rules that belong to some texts and not to others."""
