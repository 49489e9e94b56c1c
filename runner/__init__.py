"""Parameters in, executed notebook and HTML report out. Imports neither probes nor analysis at start-up."""

import sys

# jsonschema, which checks notebooks, uses this package where it is there; its import alone builds a grammar for two
# seconds, and notebooks hold no addresses to be checked by it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
