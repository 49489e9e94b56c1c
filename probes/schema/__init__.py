"""What both wings know: names, the envelope of a record, the one reader of a run folder, and how a folder of modules
becomes a register and a file is replaced whole. No torch, no pandas.

    schema.table(out, probe)             Arrow table of the run that the manifest describes
    schema.trials(out, probe)            its records by trial key: what was asked, what was replied
    schema.manifest(out, probe)          what the run says about itself, once it is finished
    schema.published(out)                its claims, complete, or which field of which claim is none
    schema.intact(out, probe)            raises where a file of it is not the one that the run left
    schema.manifests(out)                the same of every probe, unfinished ones too: for listings, not for numbers

`analysis` may import this package of `probes` and no other.
"""

from __future__ import annotations

from probes.schema.files import alone, checksum, replacing, small
from probes.schema.folder import intact, located, manifest, manifests, probes, sealed, table, trials
from probes.schema.forms import Unreadable, read, told
from probes.schema.likelihood import NOTHING, gains
from probes.schema.lines import RecordsNewer, decode, encode, walk
from probes.schema.names import CLASSES, COLUMNS, SCHEMA, STATUSES, TAIL, storable
from probes.schema.published import published, unaltered
from probes.schema.registry import of_modules
from probes.schema.state import LOCK, held, state, unfinished

__all__ = [
    "CLASSES",
    "COLUMNS",
    "LOCK",
    "NOTHING",
    "SCHEMA",
    "STATUSES",
    "TAIL",
    "RecordsNewer",
    "Unreadable",
    "alone",
    "checksum",
    "decode",
    "encode",
    "gains",
    "held",
    "intact",
    "located",
    "manifest",
    "manifests",
    "of_modules",
    "probes",
    "published",
    "read",
    "replacing",
    "sealed",
    "small",
    "state",
    "storable",
    "table",
    "told",
    "trials",
    "unaltered",
    "unfinished",
    "walk",
]
