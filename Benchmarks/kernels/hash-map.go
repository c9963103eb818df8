// The library's map in Go: entries in the order of their insertion, found by an index of their numbers.
package main

type Slot struct {
	key, value int
	hash       uint32
	isLive     bool
}

type Map struct {
	slots []Slot
	index []uint32
	count int
}

func hashOf(key int) uint32 {
	h := newHasher()
	h.word(uint64(key))
	return h.finish()
}

// find returns the number of a key's slot, -1 if there is none.
func (m *Map) find(key int, hash uint32) int {
	if len(m.index) == 0 {
		return -1
	}
	mask := uint32(len(m.index) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		number := m.index[at]
		if number == 0 {
			return -1
		}
		slot := &m.slots[number-1]
		if slot.hash == hash && slot.isLive && slot.key == key {
			return int(number) - 1
		}
	}
}

func (m *Map) enter(number, hash uint32) {
	mask := uint32(len(m.index) - 1)
	at := hash & mask
	for m.index[at] != 0 {
		at = (at + 1) & mask
	}
	m.index[at] = number
}

// rebuild drops the removed entries, and makes an index with room for the wanted entries and as many again.
func (m *Map) rebuild(wanted int) {
	kept := m.slots[:0]
	for _, slot := range m.slots {
		if slot.isLive {
			kept = append(kept, slot)
		}
	}
	m.slots = kept
	size := 8
	for size*3 < wanted*8 {
		size *= 2
	}
	m.index = make([]uint32, size)
	for i := range m.slots {
		m.enter(uint32(i+1), m.slots[i].hash)
	}
}

func (m *Map) add(key int, hash uint32, value int) {
	if (len(m.slots)+1)*4 > len(m.index)*3 {
		m.rebuild(m.count + 1)
	}
	m.slots = append(m.slots, Slot{key, value, hash, true})
	m.enter(uint32(len(m.slots)), hash)
	m.count++
}

func (m *Map) orSet(key, value int) *int {
	hash := hashOf(key)
	number := m.find(key, hash)
	if number < 0 {
		m.add(key, hash, value)
		number = len(m.slots) - 1
	}
	return &m.slots[number].value
}

func (m *Map) remove(key int) bool {
	number := m.find(key, hashOf(key))
	if number < 0 {
		return false
	}
	m.slots[number].isLive = false
	m.count--
	return true
}

func main() {
	count := parameter()
	rounds := parameter()
	checksum := 0
	for round := range rounds {
		counts := &Map{}
		seed := uint64(7)
		for range count {
			seed = nextRandom(seed)
			*counts.orSet(int((seed>>33)%uint64(count)), 0)++
		}
		for key := range count {
			value := 0
			if number := counts.find(key, hashOf(key)); number >= 0 {
				value = counts.slots[number].value
			}
			checksum = checksum*31 + value
		}
		for key := range count {
			if key%3 == round%3 && counts.remove(key) {
				checksum++
			}
		}
		for key := range count {
			if counts.find(key, hashOf(key)) >= 0 {
				checksum += key
			}
		}
		for _, slot := range counts.slots {
			if slot.isLive {
				checksum = checksum*31 + slot.key*slot.value
			}
		}
		checksum += counts.count
	}
	result(checksum)
}
