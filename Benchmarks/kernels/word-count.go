// How often each word occurs in a text, by a map in the order of insertion that copies its keys; words and lines.
package main

import (
	"log"
	"strings"
	"unicode/utf8"
)

type Slot struct {
	key   string
	hash  uint32
	value int
}

type Map struct {
	slots []Slot
	index []uint32
}

// find returns the number of a key's slot, -1 if there is none.
func (m *Map) find(key string, hash uint32) int {
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
		if slot.hash == hash && slot.key == key {
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

func (m *Map) rebuild(wanted int) {
	size := 8
	for size*3 < wanted*8 {
		size *= 2
	}
	m.index = make([]uint32, size)
	for i := range m.slots {
		m.enter(uint32(i+1), m.slots[i].hash)
	}
}

func (m *Map) orSet(key string, value int) *int {
	h := newHasher()
	h.text(key)
	hash := h.finish()
	if number := m.find(key, hash); number >= 0 {
		return &m.slots[number].value
	}
	if (len(m.slots)+1)*4 > len(m.index)*3 {
		m.rebuild(len(m.slots) + 1)
	}
	m.slots = append(m.slots, Slot{strings.Clone(key), hash, value})
	m.enter(uint32(len(m.slots)), hash)
	return &m.slots[len(m.slots)-1].value
}

// makeText returns a text of so many bytes: words made of their numbers, small ones more often, ten in a line.
func makeText(size int) string {
	bytes := make([]byte, 0, size)
	seed, count := uint64(5), 0
	for len(bytes)+8 < size {
		seed = nextRandom(seed)
		r := (seed >> 33) % 65536
		for number := r * r >> 18; ; {
			bytes = append(bytes, byte('a'+number%26))
			number /= 26
			if number == 0 {
				break
			}
		}
		count++
		if count%10 == 0 {
			bytes = append(bytes, '\n')
		} else {
			bytes = append(bytes, ' ')
		}
	}
	if !utf8.Valid(bytes) {
		log.Fatal("no text")
	}
	return string(bytes)
}

func countWords(text string, counts *Map) int {
	lines, start := 0, -1
	for at := range len(text) {
		c := text[at]
		if c == ' ' || c == '\n' {
			if start >= 0 {
				*counts.orSet(text[start:at], 0)++
			}
			start = -1
			if c == '\n' {
				lines++
			}
		} else if start < 0 {
			start = at
		}
	}
	if start >= 0 {
		*counts.orSet(text[start:], 0)++
	}
	return lines
}

func main() {
	counts := &Map{}
	checksum := countWords(makeText(parameter()), counts)
	for _, slot := range counts.slots {
		checksum = checksum*31 + slot.value*len(slot.key) + int(slot.key[0])
	}
	result(checksum + len(counts.slots))
}
