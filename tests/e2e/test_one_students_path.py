"""One student's path through the whole product on its real pages, in Chromium, on a real directory and roster."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect

from deploy.local.programs import ELEMENTS, SAFEGUARDS
from deploy.local.seed import until
from tests.e2e.visiting import signed_in
from tests.running import Product

STAFF = {
    "coordinator": ("Site coordinator", "Mara", "Quill"), "principal": ("Principal", "Otto", "Fenn"),
    "advisor": ("Advisor", "Ida", "Holm"), "counselor": ("Counselor", "Noa", "Brandt"),
    "backup": ("Counselor", "Lev", "Castell"),
}
SCHOOL = "Boyer Middle School"      # one of the six of the roster
TODAY = date.today()
LONG = 90_000       # milliseconds: a directory of 559 schools is read and written
SOON = 30_000


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    running = Product(seed=False, founding=(
        "--name", "A district on Biscayne Bay", "--leaid", "1200390", "--state", "FL", "--zone", "America/New_York"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


class District:
    """The people of one district, each at a page of their own, and where their work stands."""

    def __init__(self, browser: Browser, product: Product, open_pages: ExitStack) -> None:
        self.browser, self.product, self.open_pages = browser, product, open_pages
        self.pages: dict[str, Page] = {}
        self.enter("lead", "l.ortega", product.local.demo_password)

    def enter(self, who: str, name: str, password: str, *, phone: bool = False) -> None:
        visit = signed_in(self.browser, self.product.url, name, password, phone=phone)
        self.pages[who] = self.open_pages.enter_context(visit)

    def of(self, who: str) -> Page:
        return self.pages[who]


def test_one_students_path(browser: Browser, product: Product, real_data: Path, tmp_path: Path) -> None:
    with ExitStack() as open_pages:
        district = District(browser, product, open_pages)
        with pictures(district, tmp_path):
            walk(district, real_data)


def walk(district: District, real_data: Path) -> None:
    the_directory_comes_in(district, real_data)
    the_roster_comes_in(district, real_data)
    people_get_roles_and_accounts(district)
    the_school_has_hours_a_rota_and_a_pathway(district)
    club = a_program_is_registered_and_approved(district, "mental_health_club", "Open door club")
    the_club_starts_and_holds_a_meeting(district, club)
    program = a_program_is_registered_and_approved(district, "peer_mentoring", "Ninth-grade mentors")
    its_gates_keep_it_from_starting(district, program)
    supporter, student = two_students(district, program)
    a_supporter_is_trained_and_certified(district, program, supporter)
    the_pathway_is_tried_and_the_program_starts(district, program)
    a_match_is_made(district, program, student)
    a_session_with_a_red_flag_is_sent(district)
    the_open_inbox_shows_it_at_once(district, student)
    the_counselor_cares_and_the_supporter_sees_no_more_than_that(district)
    nobody_is_told_while_a_service_is_away(district)
    sent_again_with_the_same_key_it_arrives_once(district)
    the_overview_shows_it(district)


def the_directory_comes_in(district: District, real_data: Path) -> None:
    lead = district.of("lead")
    upload(lead, "schools", real_data / "nces" / "hifld_public_schools_1200390_miami-dade.csv")
    expect(lead.locator("#import")).to_contain_text("Nothing has changed yet.", timeout=LONG)
    expect(lead.locator("#import")).to_contain_text("Open: 514")

    lead.get_by_role("button", name="Apply").click()

    expect(lead.locator("#import")).to_contain_text("Applied.", timeout=LONG)
    lead.goto("/schools?status=future")
    expect(lead.locator("tbody tr")).to_have_count(8)


def the_roster_comes_in(district: District, real_data: Path) -> None:
    lead = district.of("lead")
    upload(lead, "roster", real_data / "oneroster" / "longsight-1.2" / "negative-duplicate-sourcedid-failure.zip")
    expect(lead.locator("#import")).to_contain_text("The file was refused. Nothing was changed.", timeout=LONG)

    upload(lead, "roster", real_data / "oneroster" / "faker-1.1" / "district-6-schools.zip")
    expect(lead.locator("#import")).to_contain_text("Nothing has changed yet.", timeout=LONG)
    lead.get_by_role("button", name="Apply").click()
    expect(lead.locator("#import")).to_contain_text("Applied.", timeout=LONG)

    lead.goto(f"/schools?q={SCHOOL}")
    expect(lead.get_by_role("link", name=SCHOOL)).to_be_visible()


def people_get_roles_and_accounts(district: District) -> None:
    lead = district.of("lead")
    for who, (role, given, family) in STAFF.items():
        lead.goto("/staff/new")
        lead.get_by_label("Given name").fill(given)
        lead.get_by_label("Family name").fill(family)
        lead.get_by_label("E-mail").fill(f"{who}@path.example")
        if role == "Counselor":
            lead.get_by_label("Credentials").fill("LCSW")
        first_role = lead.get_by_role("group", name="Role 1")
        first_role.get_by_label("Role", exact=True).select_option(label=role)
        first_role.get_by_label("Where").select_option(label=SCHOOL)
        lead.get_by_role("button", name="Add person").click()
        expect(lead.locator("h1")).to_contain_text(f"{given} {family}")
        account(lead, who)
        district.enter(who, f"path.{who}", f"a long sentence for {who} alone")


def the_school_has_hours_a_rota_and_a_pathway(district: District) -> None:
    coordinator = district.of("coordinator")
    coordinator.goto(f"/schools?q={SCHOOL}")
    coordinator.get_by_role("link", name=SCHOOL).click()
    home = coordinator.url

    coordinator.get_by_role("link", name="Staffed hours").first.click()
    coordinator.get_by_label("From").fill((TODAY - timedelta(days=30)).isoformat())
    coordinator.get_by_label("To", exact=True).fill((TODAY + timedelta(days=60)).isoformat())
    coordinator.get_by_label("Opens").fill("00:00")
    coordinator.get_by_label("Closes").fill("23:59")
    for day in ("Sat", "Sun"):
        coordinator.get_by_label(day).check(force=True)
    coordinator.get_by_role("button", name="Publish").click()
    expect(coordinator.get_by_text("school days published")).to_be_visible()

    coordinator.goto(f"{home}/rota")
    for row, (first, last) in enumerate(((-1, 1), (1, 21))):
        for end, days in (("starts_at", first), ("ends_at", last)):
            at = f"{(TODAY + timedelta(days=days)).isoformat()}T00:00"
            coordinator.locator(f"[name='shifts.{row}.{end}']").fill(at)
        order = coordinator.locator(f"[name='shifts.{row}.order']")
        order.nth(0).select_option(label="Noa Brandt")
        order.nth(1).select_option(label="Lev Castell")
    coordinator.get_by_role("button", name="Publish").click()
    expect(coordinator.get_by_text("All staffed hours are covered")).to_be_visible()

    coordinator.goto(f"{home}/pathway")
    for n, name in enumerate(("Noa Brandt", "Lev Castell")):
        coordinator.locator(f"[name='order.{n}.staff_key']").select_option(label=name)
    coordinator.locator("[name='order.2.role']").select_option(label="Principal")
    coordinator.get_by_role("button", name="Publish").click()
    expect(coordinator.locator("[name='order.0.staff_key'] option:checked")).to_have_text("Noa Brandt")


def a_program_is_registered_and_approved(district: District, kind: str, title: str) -> str:
    coordinator = district.of("coordinator")
    coordinator.goto("/programs/new")
    coordinator.locator("[name=school_id]").select_option(label=SCHOOL)
    coordinator.get_by_label("Name of the program").fill(title)
    coordinator.get_by_label("Kind of program").select_option(value=kind)
    coordinator.get_by_role("button", name="Begin").click()
    expect(coordinator.locator("[aria-current=step]")).to_contain_text("About the program")
    address = coordinator.url.partition("/register/")[0]

    coordinator.goto(f"{address}/register/check")
    coordinator.get_by_role("button", name="Submit for approval").click()
    expect(coordinator.locator(".error-summary")).to_contain_text("Something must be in place first")

    answer_the_steps(coordinator, address, tier2=kind == "peer_mentoring")
    coordinator.get_by_role("button", name="Submit for approval").click()
    expect(coordinator.locator("main .head")).to_contain_text("Waits for approval")

    for who, then in (("principal", "Waits for approval"), ("lead", "Approved")):
        reader = district.of(who)
        reader.goto(f"{address}/review")
        reader.get_by_role("button", name="Approve").click()
        reader.wait_for_url(address)
        expect(reader.locator("main .head")).to_contain_text(then)
    return address


def answer_the_steps(page: Page, address: str, *, tier2: bool) -> None:
    page.goto(f"{address}/register/about")
    save(page)
    for number, text in ELEMENTS.items():
        element = page.locator("details.el").nth(number - 1)
        element.evaluate("e => { e.open = true }")
        element.get_by_label("In place").check()
        element.get_by_label("What shows it?").fill(text)
    save(page)
    page.get_by_label("Who leads the program?").select_option(label="Mara Quill")
    page.get_by_label("Ida Holm").check()
    save(page)
    for code, text in SAFEGUARDS.items():
        if tier2:
            page.locator(f"[name='safeguards.{code}.met'][value=true]").check()
            page.locator(f"[name='safeguards.{code}.evidence']").fill(text)
    save(page)


def the_club_starts_and_holds_a_meeting(district: District, club: str) -> None:
    coordinator = district.of("coordinator")
    coordinator.goto(club)
    coordinator.get_by_role("button", name="Start the program").click()
    expect(coordinator.locator("main .head")).to_contain_text("Active")

    coordinator.goto("/activities")
    coordinator.get_by_label("Minutes").fill("45")
    coordinator.get_by_label("Middle grades").fill("12")
    coordinator.get_by_role("button", name="Add activity").click()

    expect(coordinator.locator("tbody")).to_contain_text("Club meeting")


def its_gates_keep_it_from_starting(district: District, program: str) -> None:
    coordinator = district.of("coordinator")
    coordinator.goto(program)
    coordinator.get_by_role("button", name="Start the program").click()

    expect(coordinator.locator(".error-summary")).to_contain_text("At least one supporter is certified")


def two_students(district: District, program: str) -> tuple[str, str]:
    """Two students of one grade, as a search finds them."""
    advisor = district.of("advisor")
    found: Counter[str] = Counter()
    grades: dict[str, str] = {}
    for part in ("an", "er", "el", "ar"):
        for tile in search(advisor, f"{program}/supporters", part).all():
            grade = tile.locator("small").text_content() or ""
            name = (tile.locator("span").text_content() or "").removesuffix(grade).strip()
            if name not in grades:
                found[grade] += 1
                grades[name] = grade
    ((usual, _),) = found.most_common(1)
    first, second, *_ = [name for name, grade in grades.items() if grade == usual]
    return first, second


def a_supporter_is_trained_and_certified(district: District, program: str, name: str) -> None:
    advisor = district.of("advisor")
    search(advisor, f"{program}/supporters", name.split()[0]).filter(has_text=name).first.click()
    advisor.get_by_role("button", name="Nominate").click()
    expect(advisor.locator("h1")).to_have_text(name)

    advisor.get_by_role("button", name="Save decision").click()
    expect(advisor.locator(".gates").get_by_text("missing")).to_have_count(4)
    for module, hours, days_ago, score in (("Active listening", "6", 40, ""), ("Red-flag scenario", "6.5", 7, "90")):
        form = advisor.locator("form[action$='/trainings']")
        if not form.is_visible():
            advisor.locator("summary", has_text="Record training").click()
        form.get_by_label("Module").select_option(label=module)
        form.get_by_label("Hours").fill(hours)
        form.get_by_label("On", exact=True).fill((TODAY - timedelta(days=days_ago)).isoformat())
        form.get_by_label("Score of the red-flag scenario").fill(score)
        form.get_by_role("button", name="Record training").click()
        expect(advisor.locator("section", has_text="Training so far").last).to_contain_text(module)
    advisor.get_by_label("The code of conduct is signed").check()
    advisor.get_by_role("button", name="Certify").click()
    expect(advisor.locator("main .head")).to_contain_text("Certified")
    advisor.get_by_label("Who supervises?").select_option(label="Ida Holm")
    advisor.get_by_role("button", name="Start", exact=True).click()
    expect(advisor.locator("main .head")).to_contain_text("Active")
    account(advisor, "supporter")
    district.enter("supporter", "path.supporter", "a long sentence for supporter alone", phone=True)


def the_pathway_is_tried_and_the_program_starts(district: District, program: str) -> None:
    coordinator, counselor = district.of("coordinator"), district.of("counselor")
    coordinator.goto(f"/schools?q={SCHOOL}")
    coordinator.get_by_role("link", name=SCHOOL).click()
    pathway = f"{coordinator.url}/pathway"
    coordinator.goto(pathway)
    coordinator.get_by_role("button", name="Send a test notice").click()
    counselor.goto(pathway)
    counselor.get_by_role("button", name="I have received it").click()
    counselor.wait_for_load_state()

    # That somebody answered reaches the programs by an event.
    pressed_until(coordinator, program, "Start the program", "Active")


def a_match_is_made(district: District, program: str, name: str) -> None:
    advisor, supporter = district.of("advisor"), district.of("supporter")
    search(advisor, f"{program}/matches", name.split()[0]).filter(has_text=name).first.click()
    advisor.get_by_label("Why?").select_option(label="New at this school")
    advisor.get_by_role("button", name="Ask for a match").click()
    advisor.get_by_role("button", name="Propose this match").click()
    expect(advisor.locator("main .head")).to_contain_text("Proposed")

    supporter.goto("/me")
    supporter.get_by_role("button", name="Yes, I want to").click()
    advisor.reload()
    advisor.get_by_role("button", name="The student agrees").click()
    expect(advisor.get_by_text("Still waits for:")).to_be_visible()
    for whose in ("Guardian's consent", "Student's own yes"):
        advisor.get_by_label("Whose?").select_option(label=whose)
        advisor.get_by_role("button", name="Write it down").click()
        consents = advisor.locator("section", has_text="Consent to take part")
        expect(consents.locator("li", has_text=whose)).to_be_visible()

    # A consent reaches the matches by an event.
    pressed_until(advisor, advisor.url, "Confirm match", "Active")


def a_session_with_a_red_flag_is_sent(district: District) -> None:
    supporter, counselor = district.of("supporter"), district.of("counselor")
    counselor.goto("/referrals")
    expect(counselor.locator("#conn")).to_have_text("Connected")
    expect(counselor.locator(".ref")).to_have_count(0)
    supporter.goto("/me")
    supporter.get_by_role("link", name="Log a session").click()
    expect(supporter.locator(".yn input:checked")).to_have_count(0)
    supporter.get_by_role("button", name="Save session").click()
    expect(supporter.locator(".error-summary")).to_be_visible()

    write_a_session_down(supporter, yes_to="hurting them", words="Does not want to go home tonight.")
    supporter.get_by_text("Yes, I told them").click()
    supporter.get_by_role("button", name="Send to counselor now").click()

    expect(supporter.locator("#stop-h")).to_contain_text("Get an adult now")
    expect(supporter.locator("#status")).to_contain_text("Received.", timeout=SOON)


def the_open_inbox_shows_it_at_once(district: District, student: str) -> None:
    card = district.of("counselor").locator(".ref.urgent")
    given, family = student.split()[0], student.split()[-1]
    expect(card).to_contain_text("Safety at home", timeout=SOON)
    expect(card.locator("h3")).to_contain_text(f"{given[0]}{family[0]} ")
    expect(card).not_to_contain_text(family)
    expect(card.locator(".sla")).to_contain_text("to acknowledge")


def the_counselor_cares_and_the_supporter_sees_no_more_than_that(district: District) -> None:
    counselor, supporter = district.of("counselor"), district.of("supporter")
    counselor.get_by_role("link", name=re.compile("Open record")).click()
    expect(counselor.locator("main")).to_contain_text("Does not want to go home tonight.")
    triage = other_step(counselor, "triage")
    triage.get_by_label("What is it about?").select_option(label="Safety at home")
    triage.get_by_role("button").click()
    expect(counselor.locator("main .head")).to_contain_text("Triaged")

    counselor.goto("/referrals")
    counselor.get_by_role("button", name=re.compile("Acknowledge")).click()
    expect(counselor.locator(".ref:not(.acked)")).to_have_count(0)
    expect(supporter.locator("#status")).to_contain_text("Received.")
    counselor.get_by_role("link", name="Mine in progress").click()
    counselor.get_by_role("link", name=re.compile("Open record")).click()
    counselor.get_by_role("button", name="Take the student on").click()
    counselor.get_by_role("button", name="Record first contact").click()
    supporter.reload()
    expect(supporter.locator("#status")).to_contain_text("Someone has spoken with the student.", timeout=LONG)

    closing = other_step(counselor, "close")
    closing.get_by_role("button", name="Close with an outcome").click()
    expect(counselor.locator(".error-summary").first).to_be_visible()
    closing = other_step(counselor, "close")
    closing.get_by_label("How did it end?").select_option(label="Connected to a school service")
    closing.get_by_label("Where?").select_option(label="At school")
    closing.get_by_label("Follow-up 1").fill((TODAY + timedelta(days=14)).isoformat())
    closing.get_by_role("button", name="Close with an outcome").click()

    expect(counselor.locator("main .head")).to_contain_text("Closed")
    supporter.reload()
    expect(supporter.locator("#status")).to_contain_text("Closed", timeout=LONG)
    expect(supporter.locator("main")).not_to_contain_text("Brandt")


def nobody_is_told_while_a_service_is_away(district: District) -> None:
    supporter, counselor = district.of("supporter"), district.of("counselor")
    counselor.goto("/referrals")
    expect(counselor.locator("#conn")).to_have_text("Connected")
    supporter.goto("/sessions/new")
    key = supporter.locator("form[action='/sessions'] [name=idempotency_key]").input_value()
    write_a_session_down(supporter, yes_to="hurting them", words="Came back without a coat.")

    district.product.stop_process("interventions")
    supporter.get_by_role("button", name="Send to counselor now").click()

    expect(supporter.get_by_role("alert").filter(has_text="Nobody has been told yet")).to_be_visible(timeout=SOON)
    expect(supporter.get_by_role("link", name="988").first).to_be_visible()
    kept_under(supporter, key)
    supporter.goto("/sessions/new")
    kept_under(supporter, key)
    expect(counselor.locator(".ref")).to_have_count(0)


def sent_again_with_the_same_key_it_arrives_once(district: District) -> None:
    supporter, counselor = district.of("supporter"), district.of("counselor")
    district.product.start_process("interventions")

    supporter.get_by_role("button", name="Send to counselor now").click()

    expect(supporter.locator("#status")).to_contain_text("Received.", timeout=SOON)
    expect(counselor.locator(".ref")).to_have_count(1, timeout=SOON)
    supporter.goto("/sessions/new")
    expect(supporter.get_by_label("What should the counselor know?")).to_have_value("")


def the_overview_shows_it(district: District) -> None:
    lead = district.of("lead")
    until_shown(lead, "/overview", lead.locator("main").get_by_text("Compare schools"))
    expect(lead.locator("main")).to_contain_text("of 565 schools")
    expect(lead.locator("#tiers-h + p")).to_contain_text(re.compile(r"of 33\d,\d{3} enrolled"))
    expect(lead.locator(".funnel li")).to_have_count(6)

    lead.get_by_label("Schools", exact=True).select_option(value="all")
    lead.get_by_label("Name", exact=True).fill("Boyer")
    lead.locator("form.filters").get_by_role("button", name="Show").click()
    expect(lead.locator(".heat tbody tr")).to_have_count(1)
    expect(lead.locator(".heat tbody")).to_contain_text(SCHOOL)


# --- words of the path ------------------------------------------------------------------------------------------------


def upload(page: Page, kind: str, file: Path) -> None:
    page.goto("/imports")
    form = page.locator(f"form[action='/imports/{kind}']")
    form.get_by_label("File").set_input_files(file)
    form.get_by_role("button", name=re.compile("Upload and check")).click()
    page.wait_for_url("**/imports/*-*")


def account(page: Page, who: str) -> None:
    form = page.locator("form[action='/accounts']")
    form.get_by_label("Sign-in name").fill(f"path.{who}")
    form.get_by_label("First password").fill(f"a long sentence for {who} alone")
    form.get_by_role("button", name="Add account").click()
    page.wait_for_load_state()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".error-summary")).to_have_count(0)


def search(page: Page, address: str, part: str) -> Locator:
    """The students that a search finds, as tiles to choose from."""
    page.goto(address)
    page.get_by_role("search").last.get_by_label("Name of the student").fill(part)
    page.get_by_role("button", name="Find", exact=True).click()
    page.wait_for_load_state()
    return page.locator(".tiles label:has([name=student_key], [name=participant_keys])")


@contextmanager
def pictures(district: District, folder: Path) -> Iterator[None]:
    """When a step fails, every open page as it was."""
    try:
        yield
    except BaseException as error:
        for who, page in district.pages.items():
            with suppress(Error):
                page.screenshot(path=folder / f"{who}.png", full_page=True)
        error.add_note(f"The pages as they were: {folder}")
        raise


def until_shown(page: Page, address: str, what: Locator) -> None:
    """Load the page until it has heard of something that reaches it by an event."""
    def look() -> bool:
        page.goto(address)
        return what.count() > 0
    until(look, bool, SOON / 1000)


def pressed_until(page: Page, address: str, button: str, then: str) -> None:
    """Press a button that is refused until an event has arrived."""
    def press() -> bool:
        page.goto(address)
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
        return then in (page.locator("main .head").text_content() or "")
    until(press, bool, SOON / 1000)


def other_step(page: Page, verb: str) -> Locator:
    """The form of a step, opened where it stands folded."""
    form = page.locator(f"form[action$='/{verb}']")
    if not form.is_visible():
        page.locator("details.el", has=form).locator("summary").click()
    return form


def write_a_session_down(page: Page, *, yes_to: str, words: str) -> None:
    """Half an hour, and each red-flag question answered: no, but for one."""
    page.get_by_text("30 min").click()
    page.get_by_text("Sadness").click()
    for question in page.locator("fieldset.yn").all():
        answer = "Yes" if yes_to in (question.text_content() or "") else "No"
        question.get_by_text(answer, exact=True).click()
    expect(page.get_by_role("button", name="Save session")).to_be_hidden()
    page.get_by_label("What should the counselor know?").fill(words)


def kept_under(page: Page, key: str) -> None:
    """What was typed is still there, and would be sent as the same thing."""
    expect(page.get_by_label("What should the counselor know?")).to_have_value("Came back without a coat.")
    expect(page.locator("form[action='/sessions'] [name=idempotency_key]")).to_have_value(key)
    expect(page.get_by_role("button", name="Send to counselor now")).to_be_visible()
