"""What a measurement gives: rows of a table, with their targets. Pure."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

Result = Literal["lead", "must", "missed", ""]


@dataclass(frozen=True, slots=True)
class Target:
    """Bounds for a row's ratio: `must` is the promise, `lead` the aim. None: no bound of that kind.

    `at_most`: smaller is better; otherwise larger is. `of_ours`: the bounds are for our number itself.
    """

    must: float | None = None
    lead: float | None = None
    at_most: bool = True
    of_ours: bool = False

    def judge(self, value: float) -> Result:
        """The best bound that the value keeps; '' where there is no bound."""
        if self._keeps(value, self.lead):
            return "lead"
        if self._keeps(value, self.must):
            return "must"
        return "" if self.must is None and self.lead is None else "missed"

    def _keeps(self, value: float, bound: float | None) -> bool:
        if bound is None:
            return False
        return value <= bound if self.at_most else value >= bound

    def text(self, bound: float | None) -> str:
        return "" if bound is None else f"{'≤' if self.at_most else '≥'} {bound:g}"


NO_TARGET = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: ours beside its baseline, in the same unit, and their ratio.

    `ratio` is given where it is not simply ours / baseline (the median over rounds of each round's ratio).
    """

    measure: str
    unit: str
    ours: float
    baseline: float | None = None
    against: str = ""
    ratio: float | None = None
    target: Target = NO_TARGET

    @property
    def factor(self) -> float | None:
        if self.ratio is not None:
            return self.ratio
        return self.ours / self.baseline if self.baseline else None

    @property
    def result(self) -> Result:
        judged = self.ours if self.target.of_ours else self.factor
        return "" if judged is None else self.target.judge(judged)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.factor, "result": self.result}


@dataclass(frozen=True, slots=True)
class Rounds:
    """One number of ours and one of the baseline for each round."""

    ours: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: load that falls on a whole round falls on both sides of it."""
        return median(mine / bare for mine, bare in zip(self.ours, self.baseline, strict=True))

    def row(self, measure: str, unit: str, *, against: str, target: Target = NO_TARGET) -> Row:
        return Row(
            measure=measure,
            unit=unit,
            ours=median(self.ours),
            baseline=median(self.baseline),
            against=against,
            ratio=self.ratio,
            target=target,
        )
