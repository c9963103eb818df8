// A hash map whose buckets are chains of nodes: words are counted, looked up, and removed.
package main

type Entry struct {
	key, value int
	next       *Entry
}

type Table struct {
	buckets []*Entry
	length  int
}

func (t *Table) bucket(key int) **Entry {
	hash := uint64(key) * 0x9E3779B97F4A7C15
	return &t.buckets[int(hash>>32)&(len(t.buckets)-1)]
}

func (t *Table) grow() {
	old := t.buckets
	t.buckets = make([]*Entry, 2*len(old))
	for _, entry := range old {
		for entry != nil {
			next := entry.next
			place := t.bucket(entry.key)
			entry.next = *place
			*place = entry
			entry = next
		}
	}
}

func (t *Table) add(key, amount int) {
	place := t.bucket(key)
	for entry := *place; entry != nil; entry = entry.next {
		if entry.key == key {
			entry.value += amount
			return
		}
	}
	*place = &Entry{key, amount, *place}
	t.length++
	if t.length > len(t.buckets) {
		t.grow()
	}
}

func (t *Table) get(key int) int {
	for entry := *t.bucket(key); entry != nil; entry = entry.next {
		if entry.key == key {
			return entry.value
		}
	}
	return 0
}

func (t *Table) remove(key int) bool {
	place := t.bucket(key)
	var before *Entry
	for entry := *place; entry != nil; entry = entry.next {
		if entry.key == key {
			if before != nil {
				before.next = entry.next
			} else {
				*place = entry.next
			}
			t.length--
			return true
		}
		before = entry
	}
	return false
}

func main() {
	count := parameter()
	rounds := parameter()
	checksum := 0
	for round := range rounds {
		table := &Table{buckets: make([]*Entry, 16)}
		seed := uint64(7)
		for range count {
			seed = nextRandom(seed)
			table.add(int((seed>>33)%uint64(count)), 1)
		}
		for key := range count {
			checksum = checksum*31 + table.get(key)
		}
		for key := range count {
			if key%3 == round%3 && table.remove(key) {
				checksum++
			}
		}
		for key := range count {
			checksum += table.get(key) * key
		}
		checksum += table.length
	}
	result(checksum)
}
