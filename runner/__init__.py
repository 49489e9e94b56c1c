"""Parameters in, executed notebook and HTML report out. Imports neither probes nor analysis at start-up."""
