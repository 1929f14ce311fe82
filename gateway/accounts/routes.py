"""The door: signing in and out for people, tokens for programs, accounts for those who are to come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, request
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gateway import forms, sign_ins
from gateway.accounts.handlers import Door, add_account
from gateway.accounts.messages import AccountView, AddAccount, IssueToken, SignInsView, SignInView, TokenView
from gateway.accounts.model import Account
from gateway.accounts.store import demo_accounts
from gateway.asking import refusal
from gateway.auth import allow, caller, cookie_name, cookie_terms
from gateway.problems import Problem, invalid
from gateway.routing import Noun, show_again
from gateway.showing import page
from gateway.store import accounts as account_table
from gateway.store import database
from gateway.store import sessions as session_table
from shared.domain import Refused
from shared.settings import Settings
from shared.work import Errand

accounts = Noun("accounts")
door = Blueprint("door", __name__)
blueprints: Sequence[Blueprint] = (door,)


@accounts.post("/tokens", keyed=False)
@allow("sign_in.make")
def issue_token(command: IssueToken) -> TokenView:
    """Sign a program in as a person; the token is good for a quarter of an hour."""
    token, account = _enter(command, sign_ins.BEARER)
    seconds = int(sign_ins.LONGEST[sign_ins.BEARER].total_seconds())
    return TokenView(access_token=token, token_type="Bearer", expires_in=seconds, scopes=_roles(token))


@accounts.post("/accounts", status=201)
@allow("account.add")
def add(command: AddAccount) -> AccountView:
    """Give a member of the staff, or a peer supporter of your school, a way in."""
    settings: Settings = current_app.extensions["settings"]
    errand = Errand.asked(caller().principal, "account.add", changes=True, correlation_id=g.correlation_id)
    try:
        with database(settings).begin(errand) as tx:
            return add_account(command, tx, settings)
    except Refused as no:
        raise refusal({"code": no.code, "detail": no.detail, **no.more}) from None
    except IntegrityError:      # two at once; the other one was first
        raise Problem("duplicate", "This person has an account, or this name is taken.") from None


@accounts.get("/sign-ins")
@allow("sign_in.list")
def places() -> SignInsView:
    """Everywhere you are signed in."""
    mine = select(session_table).join(account_table).where(account_table.c.actor_key == caller().key)
    with database(current_app.extensions["settings"]).engine.connect() as db:
        rows = db.execute(mine.order_by(session_table.c.signed_in_at)).all()
    return SignInsView(items=tuple(
        SignInView(signed_in_at=row.signed_in_at, seen_at=row.seen_at, expires_at=row.expires_at,
                   here=row.id == caller().session_id)
        for row in rows))


@accounts.delete("/sign-ins")
@allow("sign_in.end")
def end_sign_ins() -> SignInsView:
    """Sign out everywhere, here too."""
    with database(current_app.extensions["settings"]).engine.begin() as db:
        sign_ins.end_all(db, caller().key)
    return SignInsView(items=())


# --- for people ------------------------------------------------------------------------------------------------------

@door.get("/signin")
@allow("sign_in.make")
def sign_in_page() -> str:
    settings: Settings = current_app.extensions["settings"]
    samples = demo_accounts(database(settings).engine) if settings.demo else []
    return page("signin.html", next=_back(request.values.get("next", "")), demo_accounts=samples)


@door.post("/signin")
@allow("sign_in.make")
def sign_in() -> Any:
    try:
        command = IssueToken.model_validate({name: request.form.get(name, "") for name in ("sign_in_name", "password")})
        token, _ = _enter(command, sign_ins.COOKIE)
    except (Problem, ValidationError) as no:
        return _again(no if isinstance(no, Problem) else Problem("unauthenticated"))
    response = redirect(_back(request.form.get("next", "")) or "/", 303)
    _set_cookie(response, token)
    return response


@door.post("/signout")
@allow("sign_in.end")
def sign_out() -> Any:
    """Leave, and leave nothing behind on a shared device."""
    _end_session()
    response = redirect("/signin", 303)
    response.delete_cookie(cookie_name(), **cookie_terms())
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@door.post("/accounts")
@allow("account.add")
def add_form() -> Any:
    """The same as the JSON route, from the page of a member of the staff or of a supporter (`_supporter_id`)."""
    try:
        command = AddAccount.model_validate(forms.nested(AddAccount, request.form))
        add(command)
    except ValidationError as error:
        return show_again(_account_page(), invalid(error))
    except Problem as problem:
        return show_again(_account_page(), problem)
    return redirect(_account_page(), 303)


def _enter(command: IssueToken, way: str) -> tuple[str, Account]:
    settings: Settings = current_app.extensions["settings"]
    entrance = Door(database(settings), current_app.extensions["throttle"], settings)
    return entrance.enter(
        command.sign_in_name, command.password.get_secret_value(), address=request.remote_addr or "", way=way,
        request_id=g.correlation_id)


def _end_session() -> None:
    session = caller().session
    if session is not None:
        with database(current_app.extensions["settings"]).engine.begin() as db:
            sign_ins.end(db, session.token_hash)
        current_app.extensions["feed"].end(session.id)


def _set_cookie(response: Any, token: str) -> None:
    # Whoever was signed in here before is not any more: a session never changes hands.
    _end_session()
    response.set_cookie(cookie_name(), token, **cookie_terms())


def _again(problem: Problem) -> tuple[str, int] | Response:
    g.form = forms.sent(request.form, "/signin", problem)
    return sign_in_page(), problem.status


def _back(path: str) -> str:
    """A page of ours, or nothing: never another site."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else ""


def _account_page() -> str:
    for field, start in (("_supporter_id", "/supporters/"), ("actor_key", "/staff/")):
        try:
            return start + str(UUID(request.form.get(field, "")))
        except ValueError:
            continue
    return "/staff"


def _roles(token: str) -> tuple[Any, ...]:
    found = sign_ins.find(database(current_app.extensions["settings"]).engine, token)
    return tuple(sorted(grant.role for grant in found.grants)) if found else ()
