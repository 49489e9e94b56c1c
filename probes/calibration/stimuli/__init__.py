"""Items with exact truth, one kind a file, and the words of elicitations by language."""
