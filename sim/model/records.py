"""Two books of one stock: what the record says, and what lies on the shelf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from math import ceil

from simpy import Event

from sim.model.keeper import Keeper
from sim.model.stock import Stock
from sim.model.waiting import Order, Waiting
from sim.rules.keeping import is_nearly_gone
from sim.words import Slip, Turn


class TwoBooks(Stock):
    """A stock whose record may be wrong, and where people may be slow or careless.

    `on_hand` is the record, which pages and planners go by. The shelf holds `physical` units, which nobody sees who
    does not pick, count or lose them.
    """

    gap = 0
    """Units on the shelf less those in the record."""
    _keeper: Keeper
    _sisters: Sequence[TwoBooks] = ()
    _misplaced = 0
    _counts = 0
    _receipts = 0
    _is_counting = False
    _is_stale = False
    """Whether a pick failed while units were shared out, so that they must be shared out anew."""
    _overlooked: Collection[int] = ()

    def kept_by(self, keeper: Keeper, sisters: Sequence[TwoBooks]) -> None:
        """Say who keeps the records, and which other products are within reach of those who pick."""
        self._keeper = keeper
        self._sisters = sisters
        self._lost: Counter[int] = Counter()

    @property
    def physical(self) -> int:
        """Units on the shelf."""
        return self.on_hand + self.gap

    def change(self, kind: Slip, *, physical: int = 0, record: int = 0, about: int = -1) -> None:
        """Something happens to the books: units more or fewer on the shelf, and in the record."""
        self._write(kind, physical=physical, record=record, about=about)
        if record < 0:
            self.fell()

    def picks(self, units: int, about: int = -1) -> bool:
        """Whether so many units of the record are on the shelf; if not, the truth comes out, unless nobody cares.

        The position may have fallen then; whoever asked says so when done.
        """
        if units <= self.on_hand + self.gap:
            return True
        self._write(Slip.PICK_FAILED, record=self.gap if self._keeper.corrects else 0, about=about)
        if self._keeper.count.rule == "zero_balance":
            self._count_soon()
        return False

    def picked(self, visit: int) -> None:
        """The order of a customer was picked, perhaps wrongly."""
        other = self._keeper.picks_wrong_item(visit, len(self._sisters))
        if other is not None and self._sisters[other].physical > 0:
            self.change(Slip.MISPICK_ITEM, physical=1, about=visit)
            self._sisters[other].change(Slip.MISPICK_ITEM, physical=-1, about=visit)
        more = self._keeper.picks_wrong_units(visit)
        if more and more <= self.physical:
            self.change(Slip.MISPICK_UNITS, physical=-more, about=visit)

    def offers_delay(self, visit: int) -> bool:
        """Whether an order for goods that are not there may wait for them."""
        return self._keeper.offers_delay(visit)

    def leaves_unposted(self, visit: int) -> bool:
        """Whether goods that a customer sends back reach the shelf and not the record."""
        return self._keeper.leaves_unposted(visit)

    def take(self, units: int) -> None:
        """Take units off the shelf, which are there."""
        before = self.on_hand
        super().take(units)
        self._sank(before)

    def claim(self, order: Order) -> None:
        """A downstream order asks for units: issued now if they are there, or when they come."""
        if order.wanted > self.free or self.picks(order.wanted):
            super().claim(order)
        else:
            self._enter(order)
            self.fell()

    def post(self, order: Order, *, units: int) -> None:
        """The units of an order are on the shelf; they become available when the record says so."""
        late = self._keeper.posting(order)
        if late:
            self._clock.at(self._clock.now + late, Turn.POSTING, lambda _event: self._record(order, units))
        else:
            self._record(order, units)

    def count(self) -> None:
        """Count the shelf, and set the record to what is found."""
        self._is_counting = False
        number, self._counts = self._counts, self._counts + 1
        found = self._keeper.finds(number, self._misplaced)
        if found:
            self._misplaced -= found
            self.change(Slip.FOUND, physical=found)
        units = self._keeper.counts(number, self.physical)
        self._writer.more.counted(self.index, time=self._clock.now, units=units)
        if units != self.on_hand:
            self.change(Slip.COUNTED, record=units - self.on_hand)

    def vanish(self) -> None:
        """A unit is gone unseen, if there is one."""
        if self.physical > 0:
            self.change(Slip.SHRINK, physical=-1)

    def destroy(self, share: float) -> None:
        """A share of the goods is destroyed, rounded up, and everybody knows."""
        gone, known = (ceil(share * units - 1e-9) for units in (self.physical, self.on_hand))
        if gone or known:
            self.change(Slip.DESTROYED, physical=-gone, record=-known)

    def _record(self, order: Order, units: int) -> None:
        super().post(order, units=units)
        if units:
            self._mishandle(order, units)
        receipt, self._receipts = self._receipts, self._receipts + 1
        if self._keeper.clerk is not None:
            then = self._clock.now + self._keeper.clerk_takes(order)
            self._clock.at(then, Turn.ALLOCATION, lambda event: self._reserve(event, receipt))

    def _mishandle(self, order: Order, units: int) -> None:
        """What goes wrong with a receipt."""
        keeper, row = self._keeper, order.row
        if wrong := keeper.miscount(order, units):
            self.change(Slip.MISCOUNT, record=wrong, about=row)
        if keeper.posts_twice(order):
            self.change(Slip.DOUBLE_POSTING, record=units, about=row)
        if keeper.misplaces(order):
            self._misplaced += 1
            self.change(Slip.MISPLACED, physical=-1, about=row)
        if mistyped := keeper.enters(order, self.on_hand) - self.on_hand:
            self.change(Slip.ENTRY, record=mistyped, about=row)

    def _reserve(self, event: Event, receipt: int) -> None:
        """The clerk gives what there is to those who wait, but for those who are overlooked until the next receipt."""
        self._overlooked = {
            ticket
            for ticket, claim in self.line.items()
            if isinstance(claim, Waiting) and self._keeper.overlooks(claim, receipt)
        }
        self._share(event)

    def _share_soon(self) -> None:
        if self._keeper.clerk is None:
            super()._share_soon()

    def _share(self, event: Event) -> None:
        self._is_stale = False
        super()._share(event)

    def _in_line(self) -> Collection[Waiting | Order]:
        if not self._overlooked:
            return super()._in_line()
        return [claim for ticket, claim in self.line.items() if ticket not in self._overlooked]

    def _grant(self, claim: Waiting | Order, units: int) -> None:
        if self._is_stale:
            return
        visit, before = claim.visit if isinstance(claim, Waiting) else -1, self.on_hand
        if isinstance(claim, Waiting) and self._keeper.loses(claim, self._lost[visit]):
            self._lost[visit] += 1
            self.change(Slip.RESERVATION_LOST, about=visit)
        elif self.picks(units, visit):
            super()._grant(claim, units)
            self._sank(before)
        elif self._keeper.corrects:
            self._is_stale = True
            super()._share_soon()
            self.fell()

    def _send(self, waiting: Waiting, units: int) -> None:
        super()._send(waiting, units)
        if not waiting.wanted:
            self.picked(waiting.visit)

    def _write(self, kind: Slip, *, physical: int = 0, record: int = 0, about: int = -1) -> None:
        before, now = self.on_hand, self._clock.now
        self.gap += physical - record
        self.on_hand += record
        self.position += record
        self._writer.more.slipped(self.index, kind, time=now, physical=physical, record=record, about=about)
        if record > 0 and self.line:
            self._share_soon()
        elif record < 0:
            self._sank(before, counts=kind is not Slip.COUNTED)

    def _sank(self, before: int, *, counts: bool = True) -> None:
        """The record fell."""
        if before > 0 >= self.on_hand:
            self.empty_since = self._clock.now
        if counts and is_nearly_gone(self._keeper.count, before, self.on_hand):
            self._count_soon()

    def _count_soon(self) -> None:
        """Count as soon as what is being done is done, in the same second."""
        if not self._is_counting:
            self._is_counting = True
            self._clock.at(self._clock.now, Turn.POSTING, lambda _event: self.count())
