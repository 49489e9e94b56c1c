"""Files that people give, read strictly under every importer, table, sheet and persona: text stays text, nothing is
guessed or dropped, and what cannot be read is refused with its file and line.

    texts          lines decoded as UTF-8
    json_text      JSON in bounds, a key twice refused
    rows           JSON, JSON Lines, CSV and Parquet as records
    record         one of them, its fields by kind
    columns        a whole table as columns; numbers and names of a column
    near           names that are nearly those of optional fields
"""
