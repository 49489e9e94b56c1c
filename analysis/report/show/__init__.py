"""What a notebook displays and a report keeps: conversations, tables, figures. Every text is escaped here.

    show.transcripts(table, out)            conversations of the rows of a table (filter it first)
    show.trials(out)                        a browser over the trials of a run folder
    show.browse(out)                        the same with widgets in JupyterLab, as `trials` in the report
    show.talk(probes.Talk(model, out))      talk to the model in either seat; as the conversation in the report
    show.view(table, out)                   leaf through the conversations of a table; as `transcripts` in the report
    show.sweep("reports/sweeps/name")       the ledger of a sweep as a DataFrame
    show.table(frame, "caption")            a table that sorts and searches in the report, with its CSV
    show.figure(ax, data, alt="...")        a figure with its description and its data
    show.variance(table, "hit", facts)      where the variance of a measure lies, crossed random factors
    show.conversation(turns), show.tokens(tokens, logprobs), show.text(anything)

Each returns an object that JupyterLab displays; its static HTML is what the report shows.
"""

from __future__ import annotations

from analysis.report.show.browser import browse, view
from analysis.report.show.conversations import transcripts, trials
from analysis.report.show.figures import figure
from analysis.report.show.html import Shown, text
from analysis.report.show.sweep import sweep
from analysis.report.show.tables import csv_text, table
from analysis.report.show.talk import talk
from analysis.report.show.turns import conversation, tokens
from analysis.report.show.variance import variance

__all__ = [
    "Shown",
    "browse",
    "conversation",
    "csv_text",
    "figure",
    "sweep",
    "table",
    "talk",
    "text",
    "tokens",
    "transcripts",
    "trials",
    "variance",
    "view",
]
