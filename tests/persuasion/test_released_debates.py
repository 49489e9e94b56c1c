"""The refit of the released debates, on a constructed file of the released shape whose best fit is known exactly.

In every cell of treatment and agreement before, the counts after are those of the planted odds, which are fractions:
the likelihood then has its maximum at the planted model itself. The released file is not beside this checkout.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import lcm, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.persuasion.findings import released as released_claims
from analysis.persuasion.tables import refit, released
from analysis.report import reference
from analysis.stats.fits.partial_odds import aic

COLUMNS = [
    "debateID", "treatmentType", "topic", "gender", "age", "ethnicity", "education", "employmentStatus",
    "politicalAffiliation", "side", "agreementPreTreatment", "agreementPostTreatment", "sideAgreementPreTreatment",
    "sideAgreementPostTreatment", "topicPrior", "argument", "rebuttal", "conclusion", "argumentOpponent",
    "rebuttalOpponent", "conclusionOpponent", "perceivedOpponent"]  # fmt: skip
"""As the data set's card lists them."""
RATIOS = {"Human-Human": 1, "Human-AI": 1, "Human-Human, personalized": Fraction(1, 2), "Human-AI, personalized": 2}
"""Odds of a higher agreement, over people who do not know their opponent."""
ODDS = {1: (1, 2, 4, 8), 2: (Fraction(1, 2), 1, 4, 8), 3: (Fraction(1, 4), Fraction(1, 2), 2, 4),
        4: (Fraction(1, 8), Fraction(1, 2), 1, 4), 5: (Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), 1)}  # fmt: skip
"""Agreement before -> odds of at most 1, 2, 3, 4 after."""


def cell(before: int, treatment: str) -> list[int]:
    """Agreement after of as few people as give exactly the planted odds."""
    below = [Fraction(odds, 1) / (odds + RATIOS[treatment]) for odds in ODDS[before]]
    shares = np.diff([Fraction(0), *below, Fraction(1)])
    size = lcm(*(share.denominator for share in shares))
    return [point for point, share in enumerate(shares, 1) for _ in range(int(share * size))]


def person(number: int, treatment: str, before: int, after: int) -> dict[str, object]:
    side = ("PRO", "CON")[number % 2]
    own = [6 - value if side == "PRO" else value for value in (before, after)]
    texts = dict.fromkeys(COLUMNS[15:21], 'Said, with a comma,\nin two lines and "quoted".')
    opponent = "ai" if "AI" in treatment else "human"
    debate = 10_000 * list(RATIOS).index(treatment) + number // 2
    return dict.fromkeys(COLUMNS, "other") | {
        "debateID": debate, "treatmentType": treatment, "topic": f"Topic {number % 30}?", "side": side,
        "agreementPreTreatment": own[0], "agreementPostTreatment": own[1], "topicPrior": 1 + number % 5,
        "sideAgreementPreTreatment": before, "sideAgreementPostTreatment": after, "perceivedOpponent": opponent,
    } | texts  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    cells = [
        (treatment, before, after) for treatment, before in product(RATIOS, ODDS) for after in cell(before, treatment)
    ]
    people = pd.DataFrame([person(number, *one) for number, one in enumerate(cells)], columns=COLUMNS)
    place = tmp_path_factory.mktemp("debates")
    people.to_csv(place / released.FILE, index=False)
    return place


@pytest.fixture(scope="module")
def rows(folder):
    return released.load(folder)


@pytest.fixture(scope="module")
def found(rows):
    return refit.found(rows)


def test_the_planted_model_is_found_within_a_thousandth(found):
    for kind, name in list(released.TREATMENTS.items())[1:]:
        assert found[name][0] == pytest.approx(log(RATIOS[kind]), abs=1e-3)
    for j in range(4):
        logs = [log(ODDS[before][j]) for before in ODDS]
        assert found[f"cut_{j + 1}"][0] == pytest.approx(np.mean(logs), abs=1e-3)
        for step in range(1, 5):
            assert found[f"pre{step}_{j + 1}"][0] == pytest.approx(logs[step] - logs[step - 1], abs=1e-3)


def test_the_likelihood_is_that_of_the_shares_themselves(rows, found):
    """A model that holds exactly fits every cell by its own shares."""
    counts = rows.groupby(["treatmentType", released.BEFORE, released.AFTER]).size()
    sizes = counts.groupby(level=[0, 1]).transform("sum")
    by_hand = float((counts * np.log(counts / sizes)).sum())
    assert found["loglik"][0] == pytest.approx(by_hand, abs=1e-6 * abs(by_hand))
    assert found["aic"][0] == pytest.approx(aic(by_hand, 23), rel=1e-6)


def test_changes_in_points_are_those_of_least_squares(rows, found):
    arms = np.column_stack([rows["treatmentType"] == kind for kind in released.TREATMENTS]).astype(float)
    arms[:, 0] = 1
    best, left, *_ = np.linalg.lstsq(arms, rows["change"].to_numpy(float), rcond=None)
    errors = np.sqrt(left[0] / (len(rows) - 4) * np.diag(np.linalg.inv(arms.T @ arms)))
    assert found["linear_intercept"] == pytest.approx((best[0], errors[0]))
    assert found["linear_ai_personal"] == pytest.approx((best[3], errors[3]))
    by_debate = rows.groupby(["treatmentType", "debateID"])["change"].mean().groupby("treatmentType").mean()
    expected = by_debate["Human-AI, personalized"] - by_debate["Human-Human"]
    assert released_claims.claims(rows)[-1].estimate.value == pytest.approx(expected)


def test_every_printed_figure_that_can_be_refit_stands_beside_ours(rows):
    table = refit.side_by_side(rows).set_index("figure")
    derived = {"ai_personal_change", "ai_personal_share"}
    assert set(table.index) == set(reference.table().loc["salvi2025"].index) - derived
    assert not table.loc["ai_personal", "repeated"], "another file, other figures"
    assert table.loc["ai_personal", "published"] == 0.5945
    close = table["published"] - table["found"]
    assert (table["repeated"] == (close.abs() <= np.where(table["published"].abs() < 100, 1e-3, 0.0051))).all()


def test_thirds_of_topics_are_those_of_quantiles_of_the_ranks(rows):
    """As the released script cuts them: a third of the topics each, by distance of agreement before from the middle."""
    mean = (rows["agreementPreTreatment"] - 3).abs().groupby(rows["topic"]).mean()
    expected = pd.qcut(mean.rank(method="first"), 3, labels=[1, 2, 3]).astype(int)
    assert rows.groupby("topic")["strength"].first().to_dict() == expected.to_dict()


def test_both_sides_of_a_debate_are_one_unit(rows):
    table = refit.ratios(rows).set_index(["treatment", "units"])
    assert table.loc[("Human-AI, personalized", "rows"), "odds_ratio"] == pytest.approx(2.0, abs=1e-3)
    assert table.loc[("Human-AI, personalized", "debates"), "odds_ratio"] == pytest.approx(2.0, abs=1e-3)
    claim = released_claims.claims(rows)[0]
    arms = rows[rows["treatmentType"].isin(["Human-Human", "Human-AI"])]
    assert claim.estimate.units == arms.groupby("treatmentType")["debateID"].nunique().sum()


def test_the_overview_counts_rows_whose_two_codings_disagree(rows, folder, tmp_path):
    assert released.overview(rows)["miscoded"].sum() == 0
    broken = pd.read_csv(folder / released.FILE)
    broken.loc[0, "side"] = "CON"
    broken.to_csv(tmp_path / "other.csv", index=False)
    assert broken.loc[0, "sideAgreementPostTreatment"] != 3
    assert released.overview(released.load(tmp_path / "other.csv"))["miscoded"].sum() == 1


def test_a_missing_file_a_missing_column_and_a_bad_value_are_named(folder, tmp_path):
    for absent in ("", tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileNotFoundError, match="frasalvi/debategpt"):
            released.load(absent)
    people = pd.read_csv(folder / released.FILE)
    people.drop(columns="side").to_csv(tmp_path / "short.csv", index=False)
    with pytest.raises(ValueError, match="no column 'side'"):
        released.load(tmp_path / "short.csv")
    people.assign(sideAgreementPostTreatment=people["sideAgreementPostTreatment"].where(people.index != 3, 6)).to_csv(
        tmp_path / "high.csv", index=False
    )
    with pytest.raises(ValueError, match="row 4: sideAgreementPostTreatment is 6"):
        released.load(tmp_path / "high.csv")
    people.assign(treatmentType="human").to_csv(tmp_path / "kinds.csv", index=False)
    with pytest.raises(ValueError, match="fewer than 3 debates have the treatmentType 'Human-Human'"):
        released.load(tmp_path / "kinds.csv")
    side = "row 1: side is 'LEFT', neither of PRO, CON"
    for column, value, said in (
        ("topic", None, "topic is empty"),
        ("debateID", None, "is empty"),
        ("side", "LEFT", side),
    ):
        people.assign(**{column: value}).to_csv(tmp_path / "odd.csv", index=False)
        with pytest.raises(ValueError, match=said):
            released.load(tmp_path / "odd.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ValueError, match="is no table with commas"):
        released.load(tmp_path / "empty.csv")


def test_the_notebook_refits_such_a_file(folder, tmp_path):
    text = (Path(__file__).parents[2] / "notebooks/data/persuasion_reference.py").read_text(encoding="utf-8")
    out = tmp_path / "report"
    for name, value in (('data: str = ""', f"data = {str(folder)!r}"),
                        ('out: str = "reports/persuasion_reference"', f"out = {str(out)!r}")):  # fmt: skip
        assert text.count(name) == 1
        text = text.replace(name, value)
    exec(compile(text, "persuasion_reference", "exec"), {})
    made = json.loads((out / "claims.json").read_text())
    ids = {claim["id"] for claim in made["claims"]}
    assert ids == {f"reference.debates.{name}" for name in ("ai", "human_personal", "ai_personal")}
