from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as scipy_entropy

from probes.context import edits
from probes.core import Score, estimators
from probes.core.transcript import Transcript

A, B = Transcript().user("a"), Transcript().user("b")


def only(model, question):
    [found] = estimators.contrasts(model.reply([question])[0])
    return found


def test_one_context_against_itself_is_exactly_zero(bigram):
    found = only(bigram, Score(A, text="c d a b", contexts=(edits.full(A),), kl=True))
    assert found.ratios.tolist() == [0.0] * 4
    assert found.kl.tolist() == [0.0] * 4
    assert found.total == 0.0


def test_bigram_ratio_has_its_closed_form(bigram):
    """A bigram forgets all but the last word: only the first target word can tell the contexts apart."""
    matrix = bigram.matrix
    found = only(bigram, Score(A, text="c d d", contexts=(B,), kl=True))
    row_a, row_b, c = matrix[1], matrix[2], 3
    assert found.total == pytest.approx(np.log(row_a[c] / row_b[c]), abs=1e-10)
    assert found.mean == pytest.approx(np.log(row_a[c] / row_b[c]) / 3, abs=1e-10)
    assert found.kl.tolist() == pytest.approx([scipy_entropy(row_a, row_b), 0.0, 0.0], abs=1e-10)
    assert found.divergence == pytest.approx(scipy_entropy(row_a, row_b) / 3, abs=1e-10)


def test_mean_of_the_one_sample_estimator_meets_the_full_divergence(bigram):
    """Targets sampled under the base context: the mean log-ratio is KL(base || context) within 4 errors."""
    rng = np.random.default_rng(11)
    row_a, row_b = bigram.matrix[1], bigram.matrix[2]
    totals, kls = [], []
    for _ in range(2000):
        first = rng.choice(5, p=row_a)
        second = rng.choice(5, p=bigram.matrix[first])
        found = only(bigram, Score(A, ids=(int(first), int(second)), contexts=(B,), kl=True))
        totals.append(found.total)
        kls.append(found.kl.sum())
    truth = scipy_entropy(row_a, row_b)
    error = np.std(totals) / np.sqrt(len(totals))
    assert abs(np.mean(totals) - truth) < 4 * error
    assert error < truth / 4, "too few draws for the test to be able to fail"
    assert np.mean(kls) == pytest.approx(truth, abs=1e-10)


def test_divergences_against_scipy():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(7), size=3), rng.dirichlet(np.ones(7), size=3)
    assert estimators.kl(np.log(p), np.log(q)) == pytest.approx(scipy_entropy(p, q, axis=-1), abs=1e-12)
    assert estimators.js(np.log(p), np.log(q)) == pytest.approx(jensenshannon(p, q, axis=-1) ** 2, abs=1e-12)
    assert estimators.entropy(np.log(p)) == pytest.approx(scipy_entropy(p, axis=-1), abs=1e-12)


def test_divergences_at_the_edges():
    with np.errstate(divide="ignore"):
        sure, other = np.log([1.0, 0.0]), np.log([0.0, 1.0])
    assert estimators.entropy(sure) == 0.0
    assert estimators.kl(sure, sure) == 0.0
    assert estimators.kl(sure, other) == np.inf
    assert estimators.js(sure, other) == pytest.approx(np.log(2), abs=1e-12)


def test_token_table_has_a_line_for_every_token_and_context(bigram):
    reply = bigram.reply([Score(A, text="c d", contexts=(A, B))])[0]
    table = estimators.token_table(reply, ["same", "other"])
    assert table.groupby("context", sort=False)["ratio"].sum().round(12).to_dict() == pytest.approx(
        {"same": 0.0, "other": estimators.contrasts(reply)[1].total}
    )
    assert table["token"].tolist() == [" c", " d"] * 2
    assert table["kl"].isna().all()
    with pytest.raises(ValueError):
        estimators.token_table(reply, ["one name for two contexts"])


def test_a_token_table_over_a_baseline_subtracts_what_it_shares(bigram):
    reply = bigram.reply([Score(A, text="c d", contexts=(B, A, B))])[0]
    plain, over = (estimators.token_table(reply, ["other", "same", "null"], over=name) for name in ("", "null"))
    ratios = over.set_index(["context", "position"])["ratio"]
    assert ratios["other"].tolist() == ratios["null"].tolist() == [0.0, 0.0]
    assert ratios["same"].tolist() == (-plain.query("context == 'null'")["ratio"]).tolist() != [0.0, 0.0]
