"""A dashboard's views as charts: which number goes where, and the sentence that says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup

from gateway import charts
from gateway.figures import figure, minutes, whole_percent
from gateway.spoken import _, day, lasting, ngettext, number
from gateway.words import say
from shared.contracts.metrics import Figure, FunnelView, SchoolWait, Shown, TierView, WaitView, WeekView
from shared.contracts.schools import ClockUnit

Wait = WaitView | SchoolWait


def tiers(views: Sequence[TierView], n_min: int, narrow: bool = False) -> Markup:
    layers = [charts.Layer(f"t{view.tier}", _("T3") if view.tier == 3 else say(int(view.tier), "tier"),
                           figure(view.count, n_min), _tier_line(view, n_min), _tier_note(view)) for view in views]
    says = _("People supported by tier.") + " " + " ".join(
        f"{say(int(view.tier), 'tier')}: {figure(view.count, n_min)} {_tier_line(view, n_min)}." for view in views)
    return charts.pyramid(layers, "tiers", says, narrow)


def _tier_line(view: TierView, n_min: int) -> str:
    line = say(int(view.tier), "tier_line")
    return f"{line} · {whole_percent(view.percent, n_min)}" if view.percent.shown is Shown.NUMBER else line


def _tier_note(view: TierView) -> str:
    if view.programs is None:
        return _("counselor referrals")
    return _("%(programs)s active programs in %(schools)s schools",
             programs=number(view.programs), schools=number(view.schools))


def funnel_bar(view: FunnelView, steps: Sequence[FunnelView]) -> Markup:
    """One step as a share of the longest."""
    most = max((step.count.number or 0 for step in steps), default=0)
    share = view.count.number / most if most and view.count.number is not None else None
    return charts.bar(share, "ink" if view is steps[0] else "t3")


def waits(views: Sequence[Wait], n_min: int, narrow: bool = False) -> Markup:
    pairs = [_pair(view, n_min) for view in views]
    says = _("Time to acknowledge as a share of the limit.") + " " + " ".join(
        _("%(urgency)s: median %(p50)s, 90th percentile %(p90)s, limit %(limit)s.",
          urgency=pair.label, p50=pair.p50, p90=pair.p90, limit=pair.limit) for pair in pairs)
    return charts.dumbbell(pairs, "waits", says, _("limit"), narrow)


def _pair(view: Wait, n_min: int) -> charts.Pair:
    p50, p90 = view.p50_minutes, view.p90_minutes
    return charts.Pair(say(view.urgency), limit(view), minutes(p50, n_min), minutes(p90, n_min),
                       _share(p50, view), _share(p90, view))


def _share(given: Figure, view: Wait) -> float | None:
    return given.number / view.limit_minutes if given.number is not None and view.limit_minutes else None


def limit(view: Wait) -> str:
    """The limit in the policy's words."""
    if not isinstance(view, WaitView) or view.limit_unit is None or view.limit_amount is None:
        return lasting(view.limit_minutes) if view.limit_minutes else _("no limit set")
    amount = view.limit_amount
    match view.limit_unit:
        case ClockUnit.SECONDS:
            return lasting(amount / 60) if amount >= 60 else _("%(n)s seconds", n=amount)
        case ClockUnit.SCHOOL_MINUTES:
            return _("%(time)s of school", time=lasting(amount))
        case ClockUnit.SCHOOL_DAYS:
            return ngettext("%(num)d school day", "%(num)d school days", amount)
        case ClockUnit.SAME_SCHOOL_DAY:
            return _("the same school day")


SERIES: Sequence[tuple[str, str, Callable[[WeekView], Figure]]] = (
    ("sessions", "t1", lambda week: week.sessions),
    ("t2_students", "t2", lambda week: week.t2_students),
    ("referrals", "t3", lambda week: week.referrals),
    ("ack_p90", "ink", lambda week: week.ack_p90_minutes),
)
"""The four trends: what they are called, their color, and where their numbers are."""


def trend(name: str, weeks: Sequence[WeekView], n_min: int, target: float | None = None) -> Markup:
    css, of = next((css, of) for series, css, of in SERIES if series == name)
    weeks = [week for week in weeks if week.complete]      # half a week would look like a fall
    shown = [of(week) for week in weeks]
    labels = [week_of(week.starts_on) for week in weeks]
    write = lasting if name == "ack_p90" else number
    return charts.trend([given.number for given in shown], labels, f"trend-{name}",
                        _trend_says(say(name, "trend"), shown, labels, n_min, write), css, write, target, _("limit"),
                        _("too few to show"))


def _trend_says(
    title: str, shown: Sequence[Figure], labels: Sequence[str], n_min: int, write: Callable[[float], str],
) -> str:
    known = [given.number for given in shown if given.number is not None]
    if not known:
        return _("%(title)s: no week with a number that may be shown.", title=title)
    return _("%(title)s: %(first)s in the week of %(start)s, %(last)s in the week of %(end)s. "
             "From %(low)s to %(high)s; %(hidden)s weeks are not shown.",
             title=title, first=figure(shown[0], n_min, write), start=labels[0], last=figure(shown[-1], n_min, write),
             end=labels[-1], low=write(min(known)), high=write(max(known)), hidden=len(shown) - len(known))


def spark(weeks: Sequence[int | str]) -> Markup:
    return charts.spark([week if isinstance(week, int) else None for week in weeks])


def week_of(monday: date) -> str:
    """`Nov 23`."""
    return day(monday).partition(", ")[2] or day(monday)
