"""The claims of one report share one error rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.report.verdicts import ABOVE, BELOW, INCONCLUSIVE
from analysis.stats import screen
from analysis.stats.fits.power import detectable

if TYPE_CHECKING:
    from analysis.report.claims import Claim

ALPHA = 0.05
"""Share of reports that may decide anything where nothing is."""


def screened(claims: Iterable[Claim]) -> list[Claim]:
    """The claims of one report with Holm's p over all that its intervals could decide: one error rate per report.

    The minimum detectable effect is that of the first step of Holm, like the verdict.
    """
    given = list(claims)
    members = [at for at, claim in enumerate(given) if claim.verdict in (ABOVE, BELOW, INCONCLUSIVE)]
    for at, p in zip(members, screen.adjusted([given[at].decides for at in members]), strict=True):
        deciding = given[at].decides[0]
        seen = detectable(deciding.low, deciding.high, deciding.units - 1, deciding.level, len(members))
        given[at] = replace(given[at], adjusted=p, findings=len(members), detectable=seen)
    return given
