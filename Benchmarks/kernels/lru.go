// A cache that drops the least recently used entry: a hash map and a doubly linked list through the same nodes.
package main

type Entry struct {
	key, value          int
	chain, newer, older *Entry
}

type Cache struct {
	limit, length  int
	buckets        []*Entry
	newest, oldest *Entry
}

func (c *Cache) bucket(key int) **Entry {
	hash := uint64(key) * 0x9E3779B97F4A7C15
	return &c.buckets[int(hash>>32)&(len(c.buckets)-1)]
}

func (c *Cache) find(key int) *Entry {
	entry := *c.bucket(key)
	for entry != nil && entry.key != key {
		entry = entry.chain
	}
	return entry
}

// unlink takes an entry out of the list.
func (c *Cache) unlink(entry *Entry) {
	if entry.newer != nil {
		entry.newer.older = entry.older
	} else {
		c.newest = entry.older
	}
	if entry.older != nil {
		entry.older.newer = entry.newer
	} else {
		c.oldest = entry.newer
	}
}

// link puts an entry at the head of the list.
func (c *Cache) link(entry *Entry) {
	entry.newer = nil
	entry.older = c.newest
	if c.newest != nil {
		c.newest.newer = entry
	} else {
		c.oldest = entry
	}
	c.newest = entry
}

func (c *Cache) dropOldest() {
	last := c.oldest
	c.unlink(last)
	place := c.bucket(last.key)
	var before *Entry
	for entry := *place; entry != nil && entry != last; entry = entry.chain {
		before = entry
	}
	if before != nil {
		before.chain = last.chain
	} else {
		*place = last.chain
	}
	c.length--
}

func (c *Cache) get(key int) (int, bool) {
	entry := c.find(key)
	if entry == nil {
		return 0, false
	}
	c.unlink(entry)
	c.link(entry)
	return entry.value, true
}

func (c *Cache) put(key, value int) {
	if c.length == c.limit {
		c.dropOldest()
	}
	place := c.bucket(key)
	entry := &Entry{key: key, value: value, chain: *place}
	*place = entry
	c.link(entry)
	c.length++
}

func main() {
	limit := parameter()
	count := parameter()
	size := 16
	for size < limit {
		size *= 2
	}
	cache := &Cache{limit: limit, buckets: make([]*Entry, size)}
	seed := uint64(5)
	checksum := 0
	for i := range count {
		seed = nextRandom(seed)
		key := int((seed>>40)%uint64(limit)) + int((seed>>20)%uint64(limit))
		if value, found := cache.get(key); found {
			checksum += value
		} else {
			cache.put(key, i)
			checksum *= 31
		}
	}
	result(checksum)
}
