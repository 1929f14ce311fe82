"""What waits for a person: a peer supporter's own page, and the work lines of staff."""

from __future__ import annotations

from services.interventions.today import views
from services.interventions.transaction import InterventionsTransaction
from shared.contracts.interventions import MyDay, MyDayView, TasksOf, TasksView


def my_day(asked: MyDay, tx: InterventionsTransaction) -> MyDayView:
    return views.day_of(tx)


def tasks_of(asked: TasksOf, tx: InterventionsTransaction) -> TasksView:
    return views.tasks_of(asked.limit, tx)
