"""Writes calibration_metrics.json: 340 random tables and what other packages say about them.

Run by hand in an environment of its own, never by the tests:
    pip install relplot==1.0.3 netcal==1.4.0 uncertainty-calibration==0.1.4 model-diagnostics scikit-learn
    python make_calibration.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import calibration
import numpy as np
import relplot
from model_diagnostics.scoring import SquaredError, decompose
from netcal.metrics import ECE, MCE
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

relplot.config.smECE_mesh_pts = 4000  # its default of 200 counts the two end points, half cells, as whole ones


def table(rng):
    """Confidences end in ...5 at the fifth digit, so that none lies on an edge of 10 or 15 bins.

    All lie in [.005, .995]: nearer to 0 and 1 relplot counts half of a row's weight (the closed-form tests go there).
    """
    n = int(rng.choice([10, 20, 20, 30, 40, 50, 60]))
    shape = rng.choice([0.3, 1.0, 2.0, 5.0], size=2)
    p = np.clip(np.floor(rng.beta(*shape, size=n) * 1e4), 50, 9948) / 1e4 + 5e-5
    if rng.random() < 0.3:
        p = np.round(np.floor(p * 10) / 10 + 0.05005, 5)
    tilt = rng.choice([0.0, 0.3, -0.3])
    y = (rng.random(n) < np.clip(p + tilt * np.sin(7 * p), 0, 1)).astype(int)
    return p, y


def answers(p, y):
    plain, distinct = len(set(y.tolist())) == 2, len(set(p.tolist())) == len(p)
    pairs = list(zip(p, y, strict=True))
    width = calibration.bin(pairs, calibration.get_equal_prob_bins(p, 15))
    corp = decompose(y_obs=y, y_pred=p, scoring_function=SquaredError()) if plain else None
    return {
        "ece_10": float(ECE(10).measure(p, y)),
        "ece_15": float(ECE(15).measure(p, y)),
        "max_gap_10": float(MCE(10).measure(p, y)),
        "ece_mass_10": _mass(pairs) if distinct and len(p) % 10 == 0 else None,
        "debiased_square_15": float(calibration.utils.unbiased_square_ce(width)),
        "smooth_ece": float(relplot.smECE(p, y)),
        "brier": float(brier_score_loss(y, p)) if plain else None,
        "log_score": float(log_loss(y, p, labels=[0, 1])),
        "auroc": float(roc_auc_score(y, p)) if plain else None,
        "auprc": float(average_precision_score(y, p)) if y.sum() else None,
        "miscalibration": float(corp["miscalibration"][0]) if plain else None,
        "discrimination": float(corp["discrimination"][0]) if plain else None,
    }


def _mass(pairs):
    bins = calibration.get_equal_bins([p for p, _ in pairs], 10)
    return float(calibration.utils.plugin_ce(calibration.bin(pairs, bins), 1))


def main():
    rng = np.random.default_rng(20260101)
    cases = []
    for _ in range(340):
        p, y = table(rng)
        cases.append({"p": [round(float(v), 5) for v in p], "y": "".join(map(str, y)), "expected": answers(p, y)})
    packages = ("relplot", "netcal", "uncertainty-calibration", "model-diagnostics", "scikit-learn", "numpy")
    origin = {
        "ece, max_gap": "netcal",
        "ece_mass, debiased_square": "uncertainty-calibration",
        "smooth_ece": "relplot (smECE)",
        "brier, log_score, auroc, auprc": "scikit-learn",
        "miscalibration, discrimination": "model-diagnostics (decompose, squared error, mean)",
        "versions": {name: version(name) for name in packages},
        "made by": "tests/golden/make_calibration.py",
    }
    out = Path(__file__).with_name("calibration_metrics.json")
    out.write_text(json.dumps({"origin": origin, "cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
