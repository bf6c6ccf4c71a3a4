"""J301 to J305, J309 to J311 by the graph alone, J401 to J403, J502: who acts, where to, by when, on which ground."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator

TASK = (
    "{kind: task, name: {sw: Hatua, en: Step}, role: ROLE, due: {within: 1 hours, escalate: OTHER}, actions: ACTIONS}"
)


def task(draft: Draft, actions: str) -> str:
    """A task by a role that the service has, escalating to another."""
    first, second = list(draft.get("roles"))[:2]
    return TASK.replace("ROLE", first).replace("OTHER", second).replace("ACTIONS", actions)


def end_of(draft: Draft, outcome: str) -> str:
    return next(path[1] for path, stage in draft.stages("end") if stage["outcome"] == outcome)  # type: ignore[misc]


def to(*stages: str) -> str:
    """Actions that lead to these stages."""
    return "{" + ", ".join(f"go-{one}: {{label: {{sw: Nenda, en: Go}}, to: {one}}}" for one in stages) + "}"


@operator("J301")
def action_to_nowhere(draft: Draft) -> Iterator[Broken]:
    """An action leads to a stage that does not exist."""
    for path, stage in draft.stages("task"):
        for name, action in stage["actions"].items():
            if sum(str(one).count(f"'to': '{action['to']}'") for one in draft.get("stages").values()) > 1:
                yield at(draft.set((*path, "actions", name, "to"), "zzz"), path)


@operator("J301")
def answered_to_nowhere(draft: Draft) -> Iterator[Broken]:
    """An answer leads to a stage that does not exist."""
    for path, _ in draft.stages("applicant"):
        yield at(draft.set((*path, "answered"), "zzz"), path)


@operator("J301")
def expiry_to_nowhere(draft: Draft) -> Iterator[Broken]:
    """A wait that ends leads to a stage that does not exist."""
    for path, _ in draft.stages("payment"):
        yield at(draft.set((*path, "expires", "to"), "zzz"), path)


@operator("J301")
def appeal_to_nowhere(draft: Draft) -> Iterator[Broken]:
    """An appeal leads to a stage that does not exist."""
    for path, stage in draft.stages("end"):
        if "appeal" in stage:
            yield at(draft.set((*path, "appeal", "to"), "zzz"), path)


@operator("J301")
def branch_to_nowhere(draft: Draft) -> Iterator[Broken]:
    """A branch leads to a stage that does not exist."""
    for path, _ in draft.stages("choice"):
        yield at(draft.set((*path, "branches", 0, "to"), "zzz"), path)


@operator("J301")
def excluded_stage_that_is_none(draft: Draft) -> Iterator[Broken]:
    """Who acted at a stage that does not exist may not act here."""
    for path, stage in draft.stages("task"):
        if "not_by" in stage:
            yield at(draft.add_item((*path, "not_by"), "zzz"), path)


@operator("J301")
def fee_that_is_none(draft: Draft) -> Iterator[Broken]:
    """A payment asks for a fee that does not exist."""
    for path, _ in draft.stages("payment"):
        yield at(draft.add_item((*path, "fees"), "zzz"), path)


@operator("J301")
def document_that_is_none(draft: Draft) -> Iterator[Broken]:
    """An issue names a document that does not exist."""
    for path, _ in draft.stages("issue"):
        yield at(draft.set((*path, "document"), "zzz"), path)


@operator("J301")
def pause_at_a_task(draft: Draft) -> Iterator[Broken]:
    """The promise's clock is to stand still while an officer works."""
    path, _ = next(draft.stages("task"))
    yield at(draft.add_item(("promise", "pauses"), str(path[1])), ("promise", "pauses"))


@operator("J302")
def stage_nobody_leads_to(draft: Draft) -> Iterator[Broken]:
    """A task is added to which nothing leads."""
    found = draft.add_stage("zzz", task(draft, to(end_of(draft, "refused"))))
    yield at(found, ("stages", "zzz"))


@operator("J302")
def chain_nobody_leads_to(draft: Draft) -> Iterator[Broken]:
    """Two tasks in a row are added to which nothing leads: the first is told."""
    found = draft.add_stage("zzz", task(draft, to("zzz-next")))
    found = found.add_stage("zzz-next", task(draft, to(end_of(draft, "refused"))))
    yield at(found, ("stages", "zzz"))


@operator("J302")
def circle_nobody_leads_to(draft: Draft) -> Iterator[Broken]:
    """Two tasks that lead to each other and to an end are added; nothing leads to them: the first is told."""
    found = draft.add_stage("zzz", task(draft, to("zzz-next", end_of(draft, "refused"))))
    found = found.add_stage("zzz-next", task(draft, to("zzz")))
    yield at(found, ("stages", "zzz"))


@operator("J302")
def request_that_no_action_makes(draft: Draft) -> Iterator[Broken]:
    """The actions that ask the applicant are left out: the wait for the answer is never reached."""
    found = draft
    for path, stage in draft.stages("task"):
        if "ask" in stage["actions"]:
            found = found.delete((*path, "actions", "ask"))
    if found is not draft and not str(found.get("stages")).count("'to': 'more-information'"):
        yield at(found, ("stages", "more-information"))


@operator("J303")
def task_without_a_way_out(draft: Draft) -> Iterator[Broken]:
    """A task is added whose only action leads back to it."""
    for path, stage in draft.stages("task"):
        if "ask" in stage["actions"]:
            found = draft.add_stage("zzz", task(draft, to("zzz")))
            yield at(
                found.add((*path, "actions"), "hold", "{label: {sw: Shika, en: Hold}, to: zzz}"), ("stages", "zzz")
            )


@operator("J303")
def two_tasks_without_a_way_out(draft: Draft) -> Iterator[Broken]:
    """Two tasks are added that lead only to each other: the first is told."""
    for path, stage in draft.stages("task"):
        if "ask" in stage["actions"]:
            found = draft.add_stage("zzz", task(draft, to("zzz-next"))).add_stage("zzz-next", task(draft, to("zzz")))
            yield at(
                found.add((*path, "actions"), "hold", "{label: {sw: Shika, en: Hold}, to: zzz}"), ("stages", "zzz")
            )


@operator("J304")
def request_without_an_end(draft: Draft) -> Iterator[Broken]:
    """A wait for the applicant has no end."""
    for path, _ in draft.stages("applicant"):
        yield at(draft.delete((*path, "expires")), path)


@operator("J304")
def payment_without_an_end(draft: Draft) -> Iterator[Broken]:
    """A wait for money has no end."""
    for path, _ in draft.stages("payment"):
        yield at(draft.delete((*path, "expires")), path)


@operator("J305")
def task_without_a_clock(draft: Draft) -> Iterator[Broken]:
    """A task has no due time."""
    for path, _ in draft.stages("task"):
        yield at(draft.delete((*path, "due")), path)


@operator("J305")
def late_and_nobody_hears(draft: Draft) -> Iterator[Broken]:
    """A task's lateness is told to nobody."""
    for path, _ in draft.stages("task"):
        yield at(draft.delete((*path, "due", "escalate")), path)


@operator("J305")
def late_and_told_to_oneself(draft: Draft) -> Iterator[Broken]:
    """A task's lateness is told to the role that is late."""
    for path, stage in draft.stages("task"):
        yield at(draft.set((*path, "due", "escalate"), stage["role"]), path)


@operator("J305")
def review_without_a_clock(draft: Draft) -> Iterator[Broken]:
    """A review has no due time: told at the stage."""
    for path, stage in draft.stages("review"):
        name = next(iter(stage["reviews"]))
        yield at(draft.delete((*path, "reviews", name, "due")), path)


@operator("J311")
def promise_of_an_hour(draft: Draft) -> Iterator[Broken]:
    """The promise is one hour, less than its tasks may take."""
    yield at(draft.set(("promise", "within"), "1 hours"), ("promise",))


@operator("J311")
def task_longer_than_the_promise(draft: Draft) -> Iterator[Broken]:
    """The first task is given more time than the whole promise, whatever its setting allows."""
    path, _ = next(draft.stages("task"))
    yield at(draft.set((*path, "due", "within"), "400 working_days"), ("promise",))


@operator("J311")
def wait_that_does_not_pause(draft: Draft) -> Iterator[Broken]:
    """A payment of a year stands on the way and the promise's clock runs on."""
    pauses = draft.get("promise", "pauses")
    for path, _ in draft.stages("payment"):
        if path[1] in pauses:
            found = draft.set((*path, "expires", "after"), "2 years")
            yield at(found.delete(("promise", "pauses", pauses.index(path[1]))), ("promise",))


@operator("J401")
def role_that_is_none(draft: Draft) -> Iterator[Broken]:
    """A task is done by a role that is not declared."""
    for path, _ in draft.stages("task"):
        yield at(draft.set((*path, "role"), "zzz-officer"), (*path, "role"))


@operator("J401")
def escalated_to_nobody(draft: Draft) -> Iterator[Broken]:
    """Lateness is told to a role that is not declared."""
    for path, _ in draft.stages("task"):
        yield at(draft.set((*path, "due", "escalate"), "zzz-officer"), (*path, "due", "escalate"))


@operator("J401")
def reviewer_that_is_none(draft: Draft) -> Iterator[Broken]:
    """A review is given by a role that is not declared."""
    for path, stage in draft.stages("review"):
        name = next(iter(stage["reviews"]))
        here = (*path, "reviews", name, "role")
        yield at(draft.set(here, "zzz-officer"), here)


@operator("J402")
def role_never_used(draft: Draft) -> Iterator[Broken]:
    """A role is declared that nothing uses."""
    yield at(draft.add(("roles",), "zzz-clerk", "{sw: Karani, en: Clerk}"), ("roles", "zzz-clerk"))


@operator("J403")
def alone_twice(draft: Draft) -> Iterator[Broken]:
    """Two tasks in a row are of one role that one person may hold, and who did the first may not do the second."""
    for path, stage in draft.stages("task"):
        role = draft.get("roles", stage["role"])
        target = next(iter(stage["actions"].values()))["to"]
        if "committee" in role or "at_least" in role or draft.get("stages", target, "kind") == "issue":
            continue
        first = next(iter(stage["actions"]))
        other = next(one for one in draft.get("roles") if one != stage["role"])
        second = TASK.replace("ROLE", f"{stage['role']}, not_by: [{path[1]}]").replace("OTHER", other)
        second = second.replace("ACTIONS", to(target)).replace("1 hours", "1 working_hours")
        found = draft.add_stage("zzz", second).set((*path, "actions", first, "to"), "zzz")
        found = found.set(("promise", "within"), "900 working_days")
        yield at(found, ("stages", "zzz", "not_by"))


@operator("J502")
def fee_without_a_ground(draft: Draft) -> Iterator[Broken]:
    """A fee names no basis."""
    for name in draft.get("fees", otherwise={}):
        yield at(draft.delete(("fees", name, "basis")), ("fees", name))


@operator("J502")
def promise_without_a_ground(draft: Draft) -> Iterator[Broken]:
    """The promise names no basis."""
    yield at(draft.delete(("promise", "basis")), ("promise",))


@operator("J502")
def ground_not_declared(draft: Draft) -> Iterator[Broken]:
    """A setting names a basis that is not declared."""
    for name, setting in draft.get("settings").items():
        if "basis" in setting:
            yield at(draft.set(("settings", name, "basis"), "zzz"), ("settings", name, "basis"))
