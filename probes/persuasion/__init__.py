"""Arguments and people: what fits whom, who is moved by what, and what a reply tells about a partner."""
