"""The second look at customers, what they remember, and what a shop offers and agrees."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.crosscheck import cross_check
from sim.scenario.paths import set_at
from tests.raw_world import places, told, with_changes

CALLERS = "world.customers.callers"
GADGET = "world.products.gadget"
POLICY = "policies.backorder"
PANEL = {"world.panel": {}, f"{CALLERS}.members": 0.5}
INSTEAD = {f"{GADGET}.substitutes": ["mug"]}
DEARER = {"product": "gadget", "at": "20 d", "price": 120}
OFFERED = {"when_short": "backorder"}


def only(changes: dict[str, Any]) -> tuple[str, str, str]:
    (fault,) = told(changes)
    return fault


# buyers on impulse


VIRAL = "world.demand.0"  # as it is set; it is told as `viral`


def test_buyers_on_impulse_come_beside_others() -> None:
    assert told({f"{VIRAL}.impulse": "30 %"}) == []
    path, why, _ = only({f"{VIRAL}.impulse": 0.3, CALLERS: {"buys": "mug", "from": "shop", "visits": "3/d"}})
    assert path == "world.demand.viral.impulse"
    assert why == "nobody buys gadget, so there is nobody beside whom they would come"


def test_buyers_on_impulse_have_a_name_of_their_own() -> None:
    other = {"world.customers.callers_impulse": {"buys": "mug", "from": "shop", "visits": "3/d"}}
    path, why, _ = only({f"{VIRAL}.impulse": 0.3, **other})
    assert path == "world.customers.callers_impulse"
    assert why == "buyers on impulse are called 'callers_impulse' too; give these another name"


def test_an_event_that_adds_no_visits_adds_none_on_impulse() -> None:
    path, why, _ = only({f"{VIRAL}.impulse": 0.3, f"{VIRAL}.multiplier": 1})
    assert path == "world.demand.viral"
    assert why == "impulse is a share of the visits that are added, and a multiplier up to 1 adds none"


# members, memory, reviews


def test_members_belong_to_a_panel() -> None:
    why = "members of a panel come here, and there is no panel"
    assert only({f"{CALLERS}.members": "20 %"}) == (f"{CALLERS}.members", why, "add `panel: {}` to the world")


def test_a_panel_has_members_who_come() -> None:
    hint = "state `members` of the customers who do"
    assert only({"world.panel": {"members": 10}}) == ("world.panel", "nobody belongs to this panel", hint)
    assert told(PANEL) == []


def test_a_share_of_members_that_cannot_be_read_is_told_once() -> None:
    assert only({**PANEL, f"{CALLERS}.members": 2})[:2] == (f"{CALLERS}.members", "2 is above 1")


def test_only_members_remember() -> None:
    why = "only members of a panel remember, and there is no panel"
    assert only({"world.memory": {}}) == ("world.memory", why, "add `panel: {}` to the world")
    assert told({**PANEL, "world.memory": {}}) == []


def test_reviews_are_for_new_visitors() -> None:
    everybody = {"world.panel": {}, f"{CALLERS}.members": 1, "world.customers.drinkers.members": "100 %"}
    assert only({**everybody, "world.reputation": {}})[0] == "world.reputation"
    assert told({"world.reputation": {}}) == []


def test_reviews_bring_no_more_visitors_than_a_tape_holds() -> None:
    why = "the best reviews would bring 90% more new visitors; the most is 25%"
    found = only({"world.reputation": {"elasticity": 0.5, "prior_stars": 3}})
    assert found == ("world.reputation.elasticity", why, "")
    assert told({"world.reputation": {"elasticity": 0.5, "prior_stars": 4.4}}) == []


def test_contacts_are_counted_in_one_way() -> None:
    people = {"world.support": {"answer": "10 min"}}
    assert told({**people, "world.costs": {"contact": 4}}) == []
    place, why, _ = only({**people, "world.costs": {"contact": 4, "contacts_waiting": "0.1/d"}})
    assert place == "world.costs.contacts_waiting"
    assert why == "with people who answer, contacts come by `told` and `untold` of `support`"


# traits


@pytest.mark.parametrize(
    ("traits", "key", "why"),
    [
        ({"hazard": {}, "after_broken": 0.2}, "after_broken",
         "these customers leave by `hazard`, which does not look at what patience is left"),
        ({"acceptance": 0.5, "distrust": 0.5}, "distrust",
         "these customers accept by a fixed share (`acceptance`), however long the wait seems"),
        ({"acceptance": 0.5, "urgent": 0.5}, "urgent",
         "these customers accept by a fixed share and have no `patience` that a deadline could cut"),
        ({"deadline": "2 d"}, "deadline", "nobody here has a deadline; say which share does under `urgent`"),
        ({"profile": "full", "urgent": 0, "deadline": "2 d"}, "deadline",
         "nobody here has a deadline; say which share does under `urgent`"),
        ({"returns": {"delay": "3 d"}, "leaving": {"competitor": 0.5, "defer": 0, "abandon": 0.5}}, "returns",
         "nobody here means to come back; `leaving` says where they go"),
        ({"substitution": 0.5}, "substitution", "gadget has no substitutes; list them under its product"),
        ({"substitute_price": 2}, "substitute_price", "gadget has no substitutes; list them under its product"),
    ],
)  # fmt: skip
def test_a_trait_is_about_something_customers_can_meet(traits: dict[str, Any], key: str, why: str) -> None:
    changes = {f"{CALLERS}.{name}": value for name, value in traits.items()}
    assert only(changes) == (f"{CALLERS}.{key}", why, "")


def test_impulse_buyers_do_not_come_back() -> None:
    changes = {f"{GADGET}.class": "impulse", f"{CALLERS}.returns": {"delay": "3 d"}}
    assert only(changes)[0] == f"{CALLERS}.returns"


def test_revealed_customers_have_no_deadline_of_their_class() -> None:
    full = {f"{CALLERS}.profile": "full", f"{CALLERS}.deadline": "2 d"}
    assert told(full) == []
    assert only({**full, "world.calibration": "revealed"})[0] == f"{CALLERS}.deadline"


def test_shares_of_the_product_leave_no_question_to_its_buyers() -> None:
    asked = {f"{CALLERS}.substitution": 0.5}
    assert told({**INSTEAD, **asked}) == []
    assert only({f"{GADGET}.substitutes": {"mug": 0.3}, **asked}) == (
        f"{CALLERS}.substitution", "the substitutes of gadget have shares of their own", ""
    )  # fmt: skip


def test_addresses_that_no_policy_takes_are_not_left() -> None:
    changes = {f"{CALLERS}.notify": {"delay": "1 d"}, "levers.notify_me": False}
    assert only(changes) == (f"{CALLERS}.notify", "no policy takes addresses (notify_me: false)", "")
    assert told({**changes, f"{POLICY}.notify_me": True}) == []


def test_nobody_minds_paying_ahead_who_never_does() -> None:
    changes = {f"{CALLERS}.pays_ahead": 0.9, "levers.payment": {"capture": "at_ship"}}
    assert only(changes)[0] == f"{CALLERS}.pays_ahead"
    assert told({**changes, f"{POLICY}.payment": {"capture": "deposit"}}) == []


@pytest.mark.parametrize(("key", "value"), [("urgent", 0.5), ("deadline", "1 d")])
def test_a_trace_brings_patience_and_haste(key: str, value: Any) -> None:
    trace = {
        f"{CALLERS}.visits": {"trace": [{"at": "1 d"}]},
        "world.demand": [],
        "levers.replenish": {"rule": "r_Q", "r": 1, "Q": 2},
    }
    why = "the trace brings the patience of every visit; leave this out"
    assert (f"{CALLERS}.{key}", why, "") in told({**trace, f"{CALLERS}.{key}": value})


# substitutes and prices


@pytest.mark.parametrize(
    ("substitutes", "place", "message", "hint"),
    [
        (["mgu"], "substitutes.0", "there is no product 'mgu'", "did you mean 'mug'?"),
        ({"mgu": 0.5}, "substitutes.mgu", "there is no product 'mgu'", "did you mean 'mug'?"),
        ({"gadget": 0.5}, "substitutes.gadget", "gadget cannot stand in for itself", ""),
        (["mug", "jar"], "substitutes.1", "no lane brings jar to 'shop', where 'callers' buy gadget", ""),
    ],
)
def test_a_substitute_is_another_product_sold_at_the_same_place(
    substitutes: Any, place: str, message: str, hint: str
) -> None:
    lanes = {"world.products.jar": {}, "world.lanes.2.products": ["gadget", "mug"]}
    assert only({f"{GADGET}.substitutes": substitutes, **lanes}) == (f"{GADGET}.{place}", message, hint)


def test_what_costs_nothing_has_no_dearer_substitute() -> None:
    place, why, _ = only({**INSTEAD, f"{GADGET}.price": 0})
    assert (place, why) == (f"{GADGET}.substitutes", "gadget costs nothing, so nothing can be said to be dearer")


def test_substitutes_that_come_first_are_there() -> None:
    assert only({f"{POLICY}.substitute": "first"}) == (
        f"{POLICY}.substitute", "no product here has substitutes", "list them under the product"
    )  # fmt: skip
    assert told({**INSTEAD, f"{POLICY}.substitute": "first"}) == []


@pytest.mark.parametrize(
    ("change", "place", "message", "hint"),
    [
        ({"product": "gadgte"}, "gadgte.product", "there is no product 'gadgte'", "did you mean 'gadget'?"),
        ({"price": None}, "gadget", "say what changes: `price` or `unit_cost`", ""),
        ({"price": 100}, "gadget.price", "the price of gadget is 100 already", ""),
        ({"unit_cost": 55}, "gadget.unit_cost", "the unit cost of gadget is 55 already", ""),
        ({"at": "100 d"}, "gadget.at", "'100 d' is not before the end of the run at 100 d", ""),
    ],
)
def test_a_price_change_changes_a_price_within_the_run(
    change: dict[str, Any], place: str, message: str, hint: str
) -> None:
    found = only({"world.price_changes": [DEARER | change]})
    assert found == (f"world.price_changes.{place}", message, hint)


def test_prices_are_compared_in_the_order_of_time() -> None:
    changes = [DEARER | {"at": "30 d"}, DEARER]
    assert only({"world.price_changes": changes})[:2] == (
        "world.price_changes.0.price", "the price of gadget is 120 already"
    )  # fmt: skip
    assert told({"world.price_changes": [changes[0] | {"price": 100}, changes[1]]}) == []


def test_a_price_changes_once_at_a_time() -> None:
    assert only({"world.price_changes": [DEARER, DEARER | {"price": 130}]})[1] == (
        "the price of gadget changes twice at '20 d'; say it in one change"
    )


def test_a_price_lock_needs_prices_that_change() -> None:
    assert only({f"{POLICY}.price_lock": False})[:2] == (
        f"{POLICY}.price_lock", "no price changes in this scenario, so there is none to lock"
    )  # fmt: skip
    assert told({f"{POLICY}.price_lock": False, "world.price_changes": [DEARER]}) == []


# offers


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cap_days", "3 d"),
        ("updates", "honest"),
        ("updates", {"rule": "status", "every": "3 d"}),
        ("consent", "us"),
        ("payment", {"capture": "at_ship"}),
        ("cancel_after", "3 d"),
        ("cancel_purchase_orders", True),
    ],
)
def test_a_policy_without_backorders_agrees_nothing_about_them(key: str, value: Any) -> None:
    why = f"`{key}` is about backorders, but this policy takes none (when_short: out_of_stock)"
    assert (f"policies.out_of_stock.{key}", why, "") in told({f"policies.out_of_stock.{key}": value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("updates", "silent"),
        ("consent", "none"),
        ("cancel_purchase_orders", False),
        ("price_lock", True),
        ("status_latency", "2 h"),
        ("cap", None),
    ],
)
def test_saying_what_holds_anyway_is_no_mistake(key: str, value: Any) -> None:
    assert told({f"policies.out_of_stock.{key}": value}) == []


@pytest.mark.parametrize(
    ("status", "own", "readers"),
    [
        ("backorder", {"preorder": {"cap": 0.5}}, "preorder"),
        ("backorder", {"limits": {"reopen": 0.5}}, "hybrid"),
        ("ev_greedy", {"classes": ["niche"]}, "by_class"),
        ("by_class", {"value": {"unit": 0.5}}, "ev_greedy or oracle"),
    ],
)
def test_a_policy_states_what_its_own_offer_reads(status: str, own: dict[str, Any], readers: str) -> None:
    (key,) = own
    why = f"`{key}` is read by when_short: {readers}, and this policy has {status}"
    assert only({POLICY: {"when_short": status, **own}}) == (f"{POLICY}.{key}", why, "")
    assert told({POLICY: {"when_short": readers.split(maxsplit=1)[0], **own}}) == []


def test_the_most_that_may_wait_is_said_once() -> None:
    why = "both `cap` and `cap_days` say how much may wait"
    assert only({POLICY: OFFERED | {"cap": 3, "cap_days": "2 d"}}) == (f"{POLICY}.cap_days", why, "set `cap: null`")
    assert only({"levers.cap": 3, f"{POLICY}.cap_days": "2 d"}) == (f"{POLICY}.cap_days", why, "set `cap: null`")
    assert only({"levers.cap_days": 3, f"{POLICY}.cap": 2}) == (f"{POLICY}.cap", why, "set `cap_days: null`")
    assert told({"levers.cap": 3, POLICY: OFFERED | {"cap": None, "cap_days": "2 d"}}) == []


NONE = {"replenish": {"rule": "none"}}


@pytest.mark.parametrize("own", [{"when_short": "preorder"}, {"when_short": "hybrid"},
                                 {"when_short": "backorder", "only": "confirmed_inbound"}])  # fmt: skip
def test_an_offer_counts_on_something_to_come(own: dict[str, Any]) -> None:
    why = "nothing is ever on its way (replenish: none, and no inbound), so this policy would always be out of stock"
    place = "only" if "only" in own else "when_short"
    assert only({"world.inbound": [], POLICY: own | NONE}) == (f"{POLICY}.{place}", why, "")
    assert told({POLICY: own | NONE}) == []
    assert told({"world.inbound": [], POLICY: own | NONE | {"replenish_at": {"hub": {"rule": "r_Q"}}}}) == []


def test_a_reserve_is_kept_from_somebody_for_somebody() -> None:
    ranks = {f"{CALLERS}.priority": 1, "world.customers.drinkers.priority": 3}
    assert told({**ranks, f"{POLICY}.reserve": {"units": 2, "priority": 1}}) == []
    assert only({**ranks, f"{POLICY}.reserve": {"units": 2}}) == (
        f"{POLICY}.reserve",
        "nobody has priority 0 or a more important one, so these units would never be sold",
        "the priorities are 1, 3",
    )
    assert only({"levers.reserve": {"units": 2}})[:2] == (
        "levers.reserve",
        "these units are kept from nobody: all customers have priority 0 or a more important one",
    )


def test_a_page_that_takes_addresses_finds_somebody_to_leave_one() -> None:
    taking = {f"{POLICY}.notify_me": True}
    assert only(taking)[:2] == (f"{POLICY}.notify_me", "nobody here leaves an address")
    assert told({**taking, f"{CALLERS}.profile": "full"}) == []
    assert told({**taking, f"{CALLERS}.notify": {"delay": "1 d"}}) == []


@pytest.mark.parametrize(
    ("lever", "stated", "key", "why"),
    [
        ("payment", {"deposit": 0.2}, "deposit", "a deposit is paid under capture: deposit, and this is at_order"),
        ("updates", {"rule": "late", "every": "3 d"}, "every",
         "mails are sent every so often under status or weekly_honest, not under late"),
        ("updates", {"rule": "status", "voucher": 0.1}, "voucher",
         "vouchers come with notices of a delay, and status sends none"),
        ("consent", {"responds": 0.2}, "responds", "nobody is asked for consent under rule: none"),
        ("consent", {"rule": "us", "further": "9 d"}, "further",
         "a further time is given under rule: eu, not under us"),
        ("promise", {"vague_penalty": "3 d"}, "vague_penalty",
         "this is about a vague promise, and this one is nominal"),
    ],
)  # fmt: skip
def test_parts_of_an_agreement_are_read_by_its_rule(lever: str, stated: dict[str, Any], key: str, why: str) -> None:
    assert only({f"{POLICY}.{lever}": stated}) == (f"{POLICY}.{lever}.{key}", why, "")
    assert only({f"levers.{lever}": stated}) == (f"levers.{lever}.{key}", why, "")


def test_shared_terms_may_be_meant_for_some_policies() -> None:
    assert told({"levers.payment": {"deposit": 0.2}, f"{POLICY}.payment": {"capture": "deposit"}}) == []


def test_a_bare_word_merges_with_the_terms_of_the_others() -> None:
    assert told({"levers.updates": {"rule": "status", "every": "3 d"}, f"{POLICY}.updates": "weekly_honest"}) == []


@pytest.mark.parametrize("rule", ["honest", "late", "optimistic", "weekly_honest"])
def test_a_promise_without_a_date_is_never_at_risk(rule: str) -> None:
    why = f"a vague promise names no date that `{rule}` could speak of"
    hint = "send status mails, or promise a date"
    promise = {f"{POLICY}.promise": {"basis": "vague"}}
    assert only({f"{POLICY}.updates": rule, **promise}) == (f"{POLICY}.updates", why, hint)
    assert only({"levers.updates": rule, **promise})[0] == f"{POLICY}.promise.basis"


def test_status_mails_need_no_date() -> None:
    assert told({f"{POLICY}.updates": "status", f"{POLICY}.promise": {"basis": "vague"}}) == []


# news


def test_a_new_date_comes_at_most_every_hour() -> None:
    place, why, _ = only({"world.lanes.0.news": {"step": "1 s"}})
    assert (place, why) == (
        "world.lanes.factory-hub.news.step", "a new date every '1 s' is too often; the least is 1 h"
    )  # fmt: skip
    assert told({"world.lanes.0.news": {"step": "1 h"}}) == []


def test_a_warning_comes_to_somebody() -> None:
    assert only({"world.lanes.0.news": {"ahead": "2 d"}})[0] == "world.lanes.factory-hub.news.ahead"
    assert told({"world.lanes.0.news": {"ahead": "2 d", "warned": 0.5}}) == []


# the model's own words


@pytest.mark.parametrize(
    ("path", "value", "message", "hint"),
    [
        ("levers.status_latency", "-2 h", "'-2 h' is negative; a duration cannot be", ""),
        ("levers.updates", "honst", "'honst' is not one of", "did you mean 'honest'?"),
        ("levers.consent", {"rule": "eur"}, "'eur' is not one of 'none', 'us' or 'eu'", "did you mean 'eu'?"),
        ("levers.payment", {"captur": "at_ship"}, "unknown key 'captur'", "did you mean 'capture'?"),
        ("levers.reserve", 3, "3 stands where a mapping (key: value) belongs", ""),
        ("levers.value", {"unit": "much"}, "'much' is not a share such as '95 %' or 0.95, nor 'auto'", ""),
        ("world.memory", {"deltas": {"brokn": -1}}, "unknown key 'brokn'", "did you mean 'broken'?"),
        ("world.memory", {"gain": 11}, "11 is too large; it must be at most 10", ""),
        ("world.panel", {"members": 0}, "0 is too small; this must be 1 or more", ""),
        ("world.calibration", "reveald", "'reveald' is not one of", "did you mean 'revealed'?"),
        (f"{CALLERS}.returns", {"most": 3}, "'delay' is missing", ""),
        (f"{CALLERS}.hoarding", "30 d", "'30 d' is not a number or a percentage", ""),
        (f"{GADGET}.substitutes", {"mug": "7"}, "'7' is above 1", "did you mean '7 %'?"),
        (f"{GADGET}.substitutes", 3, "3 stands where a mapping (key: value) belongs", ""),
    ],
)  # fmt: skip
def test_faults_of_single_keys_are_told_plainly(path: str, value: Any, message: str, hint: str) -> None:
    found = [fault for fault in told({**PANEL, path: value}) if fault[0].startswith(path)]
    assert [why.startswith(message) for _, why, _ in found] == [True], found
    assert found[0][2].startswith(hint)


RICH = {
    **PANEL,
    **INSTEAD,
    "world.memory": {"deltas": {"broken": -0.1}, "churn": {}},
    "world.reputation": {},
    "world.support": {"answer": "10 min"},
    "world.price_changes": [DEARER],
    "world.lanes.0.news": {"step": "1 d", "warned": 0.5, "ahead": "2 d"},
    f"{CALLERS}.profile": "full",
    f"{CALLERS}.priority": 1,
    "levers.reserve": {"units": 2},
    "levers.updates": {"rule": "honest", "voucher": 0.1},
    "levers.payment": {"capture": "deposit", "deposit": 0.2},
    "levers.consent": "eu",
}


def test_a_scenario_with_everything_passes() -> None:
    assert told(RICH) == []


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}, [[]], {"x": None}, [{"product": 3, "at": {}}], True])
def test_junk_anywhere_never_stops_the_checks(junk: Any) -> None:
    rich = with_changes(RICH)
    everywhere = list(places(rich))
    for place in everywhere:
        cross_check(set_at(rich, place, junk))
    assert len(everywhere) > 90
