"""Which rule applies when, and whether the intervals cover."""

import numpy as np
import pytest
from scipy import stats

from metrics.cells import CONTRASTS
from metrics.estimates import SCARCE, Moves, Sums, mean, proportion, replication_mean, share
from metrics.intervals import clopper_pearson, effective_size

LAB = (1, 0, 0, 0)
GAP = CONTRASTS["gap"]
SHARE = (0.0, 1.0)


def paired(lab, production, weights=GAP):
    """Sums and moves of 0/1 items, shape (replications, items), equal off the two cells given."""
    lab, production = np.asarray(lab, float), np.asarray(production, float)
    cells = np.stack((lab, production, lab, production), axis=-1)
    moved = cells @ np.asarray(weights, float)
    size = np.full((len(lab), 4), float(lab.shape[1]))
    moves = Moves((moved > 0).sum(1), (moved < 0).sum(1), (moved**2).sum(1))
    return Sums(cells.sum(axis=1), size, size), moves


def with_losses(counts, size=500):
    """All right in the lab; `counts` of `size` wrong in production."""
    lab = np.ones((len(counts), size))
    production = np.array([np.arange(size) >= count for count in counts])
    return paired(lab, production)


def test_many_discordant_items_get_student_t_over_replications() -> None:
    sums, moves = with_losses([10, 12, 7, 14, 11])
    found = proportion(sums, GAP, SHARE, moves)
    losses = np.array([10, 12, 7, 14, 11]) / 500
    low, high = stats.t.interval(0.95, 4, losses.mean(), stats.sem(losses))
    assert (found.value, found.low, found.high) == pytest.approx((losses.mean(), low, high))
    assert (found.n, found.replications, found.remark) == (2500, 5, None)


@pytest.mark.parametrize(("total", "exact"), [(SCARCE - 1, True), (SCARCE, False)])
def test_the_threshold_is_on_discordant_items(total: int, exact: bool) -> None:
    sums, moves = with_losses([total - 9, 4, 5])
    assert (proportion(sums, GAP, SHARE, moves).remark is not None) is exact


def test_no_discordant_item_is_not_a_gap_of_zero_for_certain() -> None:
    sums, moves = with_losses([0] * 10, size=400)
    found = proportion(sums, GAP, SHARE, moves)
    size = effective_size(4000, 1.0, 10)
    bound = clopper_pearson(0, size, 0.975)[1]
    assert (found.low, found.value, found.high) == (-bound, 0.0, bound)
    assert bound > 3 / 4000
    assert found.remark == (
        "0 discordant of 4,000 items: exact binomial interval; nothing varies, so no design effect "
        "could be estimated; 3/n = 0.00075."
    )


def test_the_same_loss_in_every_replication_is_not_certain_either() -> None:
    sums, moves = with_losses([30] * 10)
    found = proportion(sums, GAP, SHARE, moves)
    assert found.low < 0.06 == found.value < found.high
    assert "300 discordant of 5,000 items but no variation between replications" in found.remark


def test_clustered_losses_widen_the_exact_interval() -> None:
    spread = proportion(*_args(with_losses([1] * 10)))
    bunched = proportion(*_args(with_losses([10] + [0] * 9)))
    assert bunched.value == spread.value
    assert bunched.low < spread.low
    assert bunched.high > spread.high
    assert "design effect of 1.00" in spread.remark
    # MSB = 0.02, MSW = 9.8 / 4990, ICC = 0.01804, 1 + 499 ICC = 10.0, worked by hand.
    assert "design effect of 10.00" in bunched.remark


def _args(pair):
    sums, moves = pair
    return sums, GAP, SHARE, moves


def test_unmoved_items_borrow_the_clustering_of_their_outcomes() -> None:
    same = np.zeros((10, 100))
    same[:5] = 1.0  # five replications all right, five all wrong, both worlds alike
    sums, moves = paired(same, same)
    found = proportion(sums, GAP, SHARE, moves)
    assert "design effect of 100.00" in found.remark
    assert found.high > 0.4


def test_one_replication_is_called_what_it_is() -> None:
    sums, moves = with_losses([50])
    found = proportion(sums, GAP, SHARE, moves)
    low, high = clopper_pearson(50, 500, 0.975)
    other = clopper_pearson(0, 500, 0.975)[1]
    assert (found.low, found.high) == pytest.approx((low - other, high))
    assert "no replication interval" in found.remark


def test_a_single_share_near_its_end_is_exact_and_in_bounds() -> None:
    sums, _ = with_losses([1, 0, 2])
    found = proportion(sums, (0, 0, 0, 1), SHARE)
    assert 0.98 < found.low < found.value < found.high <= 1.0
    assert "3 of the rarer outcome among 1,500 items" in found.remark
    perfect = proportion(sums, LAB, SHARE)
    assert perfect.high == perfect.value == 1.0
    assert perfect.low < 1 - 3 / 1500


def test_shares_of_different_denominators_are_bounded_cell_by_cell() -> None:
    numerator = np.array([[400.0, 0, 0, 200.0]] * 5)
    found = proportion(Sums(numerator, numerator, numerator), GAP, SHARE)
    lab = 1 - clopper_pearson(0, effective_size(2000, 1.0, 5), 0.975)[1]
    production = 1 - clopper_pearson(0, effective_size(1000, 1.0, 5), 0.975)[1]
    assert (found.low, found.high) == pytest.approx((lab - 1.0, 1.0 - production))
    assert (found.value, found.n) == (0.0, 1000)


def test_ratio_of_sums_weighs_replications_by_their_items() -> None:
    numerator, denominator = np.zeros((2, 4)), np.zeros((2, 4))
    numerator[:, 0], denominator[:, 0] = (90, 50), (100, 300)
    assert proportion(Sums(numerator, denominator, denominator), LAB, SHARE).value == 0.35


def test_empty_replications_do_not_count() -> None:
    numerator, denominator = np.zeros((4, 4)), np.zeros((4, 4))
    numerator[:3, 0], denominator[:3, 0] = (30, 20, 25), 50
    found = proportion(Sums(numerator, denominator, denominator), LAB, SHARE)
    rates = np.array([0.6, 0.4, 0.5])
    expected = stats.t.interval(0.95, 2, 0.5, stats.sem(rates))
    assert (found.low, found.high) == pytest.approx(expected)
    assert found.replications == 3


def test_nothing_in_the_denominator_is_undefined_not_zero() -> None:
    empty = Sums(np.zeros((3, 4)), np.zeros((3, 4)), np.zeros((3, 4)))
    for estimate in (proportion, mean, replication_mean):
        found = estimate(empty, LAB, SHARE)
        assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)
        assert found.remark


def test_interaction_may_move_an_item_by_two() -> None:
    lab = production = np.zeros((3, 50))
    one = np.ones((3, 50))
    cells = np.stack((lab, one, one, production), axis=-1)
    moved = cells @ np.array(CONTRASTS["interaction"], float)
    size = np.full((3, 4), 50.0)
    moves = Moves((moved > 0).sum(1), (moved < 0).sum(1), (moved**2).sum(1))
    found = proportion(Sums(cells.sum(1), size, size), CONTRASTS["interaction"], SHARE, moves)
    assert found.value == found.high == 2.0
    assert found.low < 2.0


def test_scarce_interactions_are_bounded_by_two_an_item() -> None:
    size = np.full((4, 4), 250.0)
    cells = np.zeros((4, 4))
    cells[:, 1] = cells[:, 2] = 1.0  # one parcel a replication, lost only when both are off
    moves = Moves(np.ones(4), np.zeros(4), np.full(4, 4.0))
    found = proportion(Sums(cells, size, size), CONTRASTS["interaction"], SHARE, moves)
    items = effective_size(1000, 1.0, 4)
    low, high = clopper_pearson(4 / 1000 * items, items, 0.975)
    none = clopper_pearson(0, items, 0.975)[1]
    assert (found.low, found.high) == pytest.approx((low - 2 * none, 2 * high))


def test_mean_has_no_interval_without_variation_and_says_so() -> None:
    numerator, one = np.full((3, 4), 6.0), np.full((3, 4), 2.0)
    found = mean(Sums(numerator, one, one), LAB, (0.0, None))
    assert (found.value, found.low, found.high) == (3.0, None, None)
    assert found.remark == "No variation between replications: no interval."
    one_replication = mean(Sums(numerator[:1], one[:1], one[:1]), LAB, (0.0, None))
    assert one_replication.remark == "One replication: no interval."


def test_mean_is_cut_at_its_bounds_and_its_gap_is_not() -> None:
    numerator, one = np.zeros((3, 4)), np.ones((3, 4))
    numerator[:, 0], numerator[:, 3] = (0.0, 0.0, 9.0), (9.0, 0.0, 0.0)
    sums = Sums(numerator, one, one)
    assert mean(sums, LAB, (0.0, None)).low == 0.0
    assert mean(sums, GAP, (0.0, None)).low < -10.0
    assert mean(sums, GAP, (0.0, 1.0)).low == -1.0


@pytest.mark.parametrize(("replications", "has_interval"), [(4, False), (5, True)])
def test_quantiles_need_five_replications(replications: int, has_interval: bool) -> None:
    values = np.tile(np.arange(replications, dtype=float)[:, None], 4)
    found = replication_mean(Sums(values, np.ones_like(values), values), LAB, (0.0, None))
    assert found.value == np.arange(replications).mean()
    assert (found.low is not None) is has_interval


def draw(rng, replications, size, lab, loss, spread):
    """Paired outcomes whose chance of a loss varies between replications; and the true gap."""
    chances = np.full(replications, loss)
    if spread:
        shape = loss * (1 - loss) / spread**2 - 1
        chances = rng.beta(loss * shape, (1 - loss) * shape, replications)
    before = rng.random((replications, size)) < lab
    lost = rng.random((replications, size)) < chances[:, None]
    return paired(before, before & ~lost), lab * loss


@pytest.mark.parametrize(
    ("replications", "size", "lab", "loss", "spread", "least", "most"),
    [
        # 400 trials at 95 %: 99.9 % of such shares lie in 0.910..0.983.
        (10, 500, 0.98, 0.03, 0.0, 0.910, 0.983),
        (20, 300, 0.95, 0.10, 0.0, 0.910, 0.983),
        # Replications that differ, skewed, ten of them: t is known to lose two or three points.
        (10, 500, 0.98, 0.03, 0.015, 0.89, 0.983),
        # Scarce: exact, so at least nominal.
        (10, 100, 0.99, 0.005, 0.0, 0.95, 1.0),
        (10, 100, 0.99, 0.01, 0.01, 0.93, 1.0),
        (3, 100, 0.99, 0.02, 0.0, 0.95, 1.0),
    ],
)
def test_coverage_of_the_gap(replications, size, lab, loss, spread, least, most) -> None:
    rng = np.random.default_rng(20)
    covered = 0
    for _ in range(400):
        (sums, moves), truth = draw(rng, replications, size, lab, loss, spread)
        found = proportion(sums, GAP, SHARE, moves)
        covered += found.low <= truth <= found.high
    assert least <= covered / 400 <= most


def test_intervals_over_items_would_not_cover() -> None:
    """Why replications are the clusters: ignoring them loses more than a quarter of the trials."""
    rng = np.random.default_rng(21)
    covered = 0
    for _ in range(400):
        (_, moves), truth = draw(rng, 10, 500, 0.98, 0.03, 0.03)
        n = 5000
        value = moves.up.sum() / n
        half = 1.96 * np.sqrt(value * (1 - value) / n)
        covered += abs(value - truth) <= half
    assert covered / 400 < 0.75


def test_a_share_of_few_mistakes_pays_for_replications() -> None:
    found = share(np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0]), np.full(6, 951.0))
    assert found.value == 1 / 5706
    size = effective_size(5706, 1.0, 6)
    assert found.high == pytest.approx(clopper_pearson(size / 5706, size)[1])
    # as many parcels drawn one by one would promise more
    assert found.high > clopper_pearson(1, 5706)[1]


def test_a_share_of_nothing_has_no_interval() -> None:
    assert share(np.zeros(3), np.zeros(3)).low is None
    assert share(np.array([2.0]), np.array([900.0])).high == pytest.approx(
        clopper_pearson(2, 900)[1]
    )
