"""Whether a model can be somebody: whose line is it?"""
