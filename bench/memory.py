"""What runs that wait, for a person or for a time, cost meanwhile: memory, tasks, threads; and how late times are."""

from bench.apart import Sample, samples_of
from bench.place import Place
from bench.rows import Row, Target

KIBIBYTE = 1024
NONE_MORE = Target(must=1.0)


async def measure(place: Place) -> list[Row]:
    count = 1_000 if place.quick else 10_000
    return [
        *_asking(await samples_of("bench.waiting", count), count),
        *_pending(await samples_of("bench.pending", count), count),
    ]


def _asking(samples: list[Sample], count: int) -> list[Row]:
    start, half, full, rested = samples
    runs = f"{count:,} waiting runs"
    per_run = (full["rss"] - half["rss"]) / (full["runs"] - half["runs"]) / KIBIBYTE
    return [
        Row(
            measure=f"tasks, {runs}",
            unit="",
            ours=full["tasks"],
            baseline=start["tasks"],
            against="none",
            target=NONE_MORE,
        ),
        Row(measure=f"threads, {runs}", unit="", ours=full["threads"], baseline=start["threads"], against="none"),
        Row(measure=f"memory, {runs}", unit="MiB", ours=_mib(full), baseline=_mib(start), against="none"),
        Row(
            measure="memory, after ten seconds of rest",
            unit="MiB",
            ours=_mib(rested),
            baseline=_mib(full),
            against="before",
        ),
        Row(measure="memory a run, of the second half", unit="KiB", ours=per_run),
    ]


def _pending(samples: list[Sample], count: int) -> list[Row]:
    start, full, rested, times = samples
    runs = f"{count:,} pending times"
    within = Target(must=1_000, of_ours=True)
    return [
        Row(
            measure=f"tasks, {runs}",
            unit="",
            ours=full["tasks"],
            baseline=start["tasks"],
            against="none",
            target=NONE_MORE,
        ),
        Row(measure=f"memory, {runs}", unit="MiB", ours=_mib(full), baseline=_mib(start), against="none"),
        Row(
            measure="memory, after ten seconds with pending times",
            unit="MiB",
            ours=_mib(rested),
            baseline=_mib(full),
            against="before",
        ),
        Row(measure=f"processor time at rest, {runs}", unit="ms a second", ours=full["busy"] * 1000),
        *[
            Row(measure=f"{name}, p{part} of {len(times[key])}", unit="ms", ours=_part(times[key], part), target=within)
            for key, name in (("late", "late meanwhile"), ("late_after_restart", "late after a restart"))
            for part in (50, 99)
        ],
    ]


def _part(values: list[float], percent: int) -> float:
    """The percentile of sorted values."""
    return values[min(len(values) * percent // 100, len(values) - 1)]


def _mib(sample: Sample) -> float:
    return float(sample["rss"]) / KIBIBYTE / KIBIBYTE
