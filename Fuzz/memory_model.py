"""The reference's memory: allocations that are never reused, and an exact table of what is alive.

Values: integers; lists for structs and arrays (mutable, copied when they are read); `Case` for enums; tuples for pointers (allocation,
container, index) and slices (allocation, container, start, length, capacity); None for null. A container is the list
that holds the value, so that a pointer into a struct, an array or a slice's storage sees what others write there.
"""

# What the program says when it stops, as a part of its message.
MESSAGES = {
    "bounds": "is out of bounds for length",
    "null": "the value is null",
    "raised": "is more than the slice's length",
    "negative": "is negative",
    "freed": "use after free: this",
    "reused": "use after free: this memory was freed, and",
    "moved": "use of a slice that was moved by append",
    "ended": ", which ended at",
    "arena": "use of memory of an arena that ended",
    "twice": "freed twice",
    "part": "only a whole allocation can be freed",
    "constant": "this can't be freed",
    "shortened": "only a whole slice can be freed",
}


class Stop(Exception):
    """The program stops. `kinds` are the messages that would be right."""

    def __init__(self, kinds, allocation=None):
        super().__init__(kinds)
        self.kinds = kinds
        self.allocation = allocation
        self.line = 0
        self.statement = None


class Unspecified(Exception):
    """The program does what no one has specified, or takes too long: it is no test."""


class Allocation:
    """A piece of memory that lives and dies as a whole."""

    __slots__ = ("kind", "cells", "death", "used", "size", "born", "died", "region")

    def __init__(self, kind, cells, size, born=0, region=None):
        self.kind = kind  # object, slice, local, global
        self.cells = cells
        self.death = None  # freed, moved, ended, arena
        self.used = 0  # of a slice's storage: how many elements are in use
        self.size = size  # of an object, in bytes
        self.born = born
        self.died = 0
        self.region = region  # the list of what lies in its arena, or None
        if region is not None:
            region.append(self)


class Case:
    """A value of an enum: there are no places inside."""

    __slots__ = ("index", "parts")

    def __init__(self, index, parts):
        self.index, self.parts = index, parts


def copy(value):
    if type(value) is Case:
        return Case(value.index, [copy(part) for part in value.parts])
    return [copy(part) for part in value] if type(value) is list else value


def store(container, index, value):
    """Overwrites in place, so that pointers into the old value see the new one."""
    if type(value) is list and type(container[index]) is list:
        target = container[index]
        for part in range(len(value)):
            store(target, part, value[part])
    else:
        container[index] = value


def check(allocation):
    """Every access comes here."""
    if allocation is not None and allocation.death:
        raise Stop({allocation.death, "reused"}, allocation)


class Memory:
    """What programs do to memory. `room(size, length)` is the capacity that growth from `length` elements gives;
    `line` is where the program is."""

    def __init__(self, rooms):
        self.rooms = rooms
        self.line = 0
        self.steps = 0
        self.regions = [None]  # the innermost open arena last

    # Objects.

    def new(self, value, size, near=None):
        region = self.region_of(near) if near else self.regions[-1]
        allocation = Allocation("object", [value], size, self.line, region)
        return (allocation, allocation.cells, 0)

    def region_of(self, allocation):
        """Where something goes that is to lie beside an allocation."""
        return self.regions[-1] if allocation.kind in ("local", "global") else allocation.region

    def enter_arena(self):
        self.regions.append([])

    def leave_arena(self):
        for allocation in self.regions.pop():
            if not allocation.death:
                self.end(allocation, "arena")

    def copied_out(self, value, kind, around):
        """A result that leaves the arenas but for the outermost `around` regions: text and slices that would end."""
        ending = self.regions[around:]
        self.leaving = {}
        return self.copied(value, kind, ending, self.regions[around - 1]) if ending else value

    def copied(self, value, kind, ending, region):
        if kind.kind == "struct":
            return [self.copied(part, of, ending, region) for part, (_, of) in zip(value, kind.fields)]
        if kind.kind == "array":
            return [self.copied(part, kind.element, ending, region) for part in value]
        if kind.kind == "enum":
            types = [of for _, of in kind.cases[value.index][1]]
            return Case(value.index, [self.copied(part, of, ending, region) for part, of in zip(value.parts, types)])
        if kind.kind == "maybe":
            return None if value is None else self.copied(value, kind.element, ending, region)
        if kind.kind not in ("text", "slice"):
            return value
        allocation, cells, start, length, _ = (*value, 0)[:5]
        if not allocation or allocation.death:
            return value
        ends = any(allocation.region is one for one in ending)
        if kind.kind == "text":
            items = cells[start:start + length]
            if not ends or not length:
                return value
            return (Allocation("text", [items], 0, self.line, region), items, 0, length)
        if not length:
            return EMPTY if ends else value
        key = (allocation, id(cells), start, length)
        if kind.leads_back() and key in self.leaving:
            return self.leaving[key]
        items, at = cells, start
        if ends:
            items, at = [copy(item) for item in cells[start:start + length]], 0
            made = Allocation("slice", items, 0, self.line, region)
            made.used = length
            value = (made, items, 0, length, length)
        self.leaving[key] = value
        # Storage that stays may hold what ends.
        for index in range(at, at + length):
            store(items, index, self.copied(copy(items[index]), kind.element, ending, region))
        return value

    def end(self, allocation, death):
        allocation.death = death
        allocation.died = self.line

    def check_delete(self, allocation):
        if allocation.death:
            kind = "twice" if allocation.death == "freed" else allocation.death
            raise Stop({kind, "reused"}, allocation)
        if allocation.kind == "global":
            raise Stop({"constant"}, allocation)
        if allocation.kind == "local":
            raise Stop({"constant", "part"}, allocation)

    def delete(self, pointer, size):
        if pointer is None:
            return
        allocation, container, _ = pointer
        self.check_delete(allocation)
        if allocation.kind != "object" or container is not allocation.cells:
            # The first part of an object, if it is as large as the whole, can't be told from it.
            if allocation.kind == "object" and allocation.size == size:
                raise Unspecified
            raise Stop({"part"}, allocation)
        self.end(allocation, "freed")

    # Text.

    def new_text(self, characters):
        return Allocation("text", [characters], 0, self.line, self.regions[-1])

    def delete_text(self, text):
        allocation, characters, start, length = text
        if length == 0 or allocation is None:
            return
        self.check_delete(allocation)
        if length < len(characters):
            raise Stop({"part"}, allocation)
        self.end(allocation, "freed")

    # Slices.

    def storage(self, items, capacity):
        """A new whole slice."""
        length = len(items)
        if max(length, capacity) == 0:
            return EMPTY
        allocation = Allocation("slice", items, 0, self.line, self.regions[-1])
        allocation.used = length
        return (allocation, items, 0, length, max(length, capacity))

    def delete_slice(self, slice_):
        allocation, _, _, length, capacity = slice_
        if capacity == 0 and length == 0:
            return
        self.check_delete(allocation)
        if capacity == 0:
            raise Stop({"part"}, allocation)
        if length < allocation.used:
            raise Stop({"shortened"}, allocation)
        self.end(allocation, "freed")

    def room_for(self, slice_, size, holder):
        """The slice with room for one more element, which is counted as used. `holder` is the allocation that it lies in
        itself."""
        allocation, cells, start, length, capacity = slice_
        check(allocation)
        whole = capacity != 0 and allocation.used == length
        if not whole or length >= capacity:
            moved = copy(cells[start:start + length])
            room = self.rooms(size, length)
            region = allocation.region if capacity else self.region_of(holder)
            if whole:
                self.end(allocation, "moved")
            allocation = Allocation("slice", moved, 0, self.line, region)
            cells, start, capacity = moved, 0, room
        allocation.used = length + 1
        return (allocation, cells, start, length + 1, capacity)

    def place(self, slice_, item):
        """Stores the last element."""
        _, cells, _, length, _ = slice_
        if length <= len(cells):
            store(cells, length - 1, item)
        else:
            cells.append(item)

    def shorten(self, slice_, length):
        allocation, cells, start, old, capacity = slice_
        if length < 0:
            raise Stop({"negative"})
        if length > old:
            raise Stop({"raised"})
        check(allocation)
        if capacity != 0 and allocation.used == old:
            allocation.used = length
        return (allocation, cells, start, length, capacity)

    def view(self, slice_, low, high):
        allocation, cells, start, length, capacity = slice_
        if not 0 <= low <= high <= length:
            raise Stop({"bounds"})
        return (allocation, cells, start + low, high - low, capacity if low == 0 else 0)


EMPTY = (None, [], 0, 0, 0)
