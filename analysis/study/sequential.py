"""An interval that holds however often one looks: for units that were added after a look at the results."""

from __future__ import annotations

import math

SOURCE = "asymptotic confidence sequence of Waudby-Smith et al. 2024, doi:10.1214/24-AOS2408"


def half_width(sd: float, units: int, planned: int, level: float = 0.95) -> float:
    """Half of the always-valid interval of a mean over `units` units with standard deviation `sd`.

    It holds at all numbers of units at once, and is tightest near `planned`.

    Examples
    --------
    >>> round(half_width(0.5, 100, 100), 3)  # 1.96 * 0.5 / 10 = 0.098 for one look
    0.152
    """
    alpha = 1 - level
    rho2 = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / planned
    n = units * rho2 + 1
    return sd * math.sqrt(2 * n / (units**2 * rho2) * math.log(math.sqrt(n) / alpha))
