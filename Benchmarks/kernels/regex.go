// Regular expressions over lines of text, in linear time: a pattern becomes a program, and all its threads go through a
// line together (Thompson, Pike).
package main

import "fmt"

type Kind uint8

const (
	BYTE Kind = iota
	ANY
	RANGE
	SPLIT
	JUMP
	FOUND
)

type Step struct {
	kind          Kind
	low, high     byte
	first, second int
}

type Compiler struct {
	pattern string
	at      int
	program []Step
}

// peek returns the next byte, 0 at the end.
func (c *Compiler) peek() byte {
	if c.at == len(c.pattern) {
		return 0
	}
	return c.pattern[c.at]
}

func (c *Compiler) emit(step Step) int {
	c.program = append(c.program, step)
	return len(c.program) - 1
}

// insert makes room for a step; what leads behind it leads one further.
func (c *Compiler) insert(place int) {
	c.emit(Step{})
	for i := len(c.program) - 1; i > place; i-- {
		step := c.program[i-1]
		if step.kind == SPLIT || step.kind == JUMP {
			if step.first > place {
				step.first++
			}
			if step.second > place {
				step.second++
			}
		}
		c.program[i] = step
	}
}

func (c *Compiler) atom() {
	next := c.peek()
	c.at++
	switch next {
	case '(':
		c.alternatives()
		c.at++
	case '[':
		c.emit(Step{kind: RANGE, low: c.pattern[c.at], high: c.pattern[c.at+2]})
		c.at += 4
	case '.':
		c.emit(Step{kind: ANY})
	case '\\':
		c.emit(Step{kind: BYTE, low: c.pattern[c.at]})
		c.at++
	default:
		c.emit(Step{kind: BYTE, low: next})
	}
}

// repeated = atom ("*" | "+" | "?")*
func (c *Compiler) repeated() {
	start := len(c.program)
	c.atom()
	for ; ; c.at++ {
		switch c.peek() {
		case '*':
			c.insert(start)
			c.emit(Step{kind: JUMP, first: start})
			c.program[start] = Step{kind: SPLIT, first: start + 1, second: len(c.program)}
		case '+':
			c.emit(Step{kind: SPLIT, first: start, second: len(c.program) + 1})
		case '?':
			c.insert(start)
			c.program[start] = Step{kind: SPLIT, first: start + 1, second: len(c.program)}
		default:
			return
		}
	}
}

// alternatives = sequence ("|" sequence)*
func (c *Compiler) alternatives() {
	start := len(c.program)
	for c.peek() != 0 && c.peek() != '|' && c.peek() != ')' {
		c.repeated()
	}
	if c.peek() != '|' {
		return
	}
	c.at++
	c.insert(start)
	end := c.emit(Step{kind: JUMP})
	c.program[start] = Step{kind: SPLIT, first: start + 1, second: len(c.program)}
	c.alternatives()
	c.program[end] = Step{kind: JUMP, first: len(c.program)}
}

// Threads are those at one place of the text, each step once.
type Threads struct {
	steps, marks []int
}

func newThreads(length int) Threads {
	threads := Threads{make([]int, 0, length), make([]int, length)}
	for i := range threads.marks {
		threads.marks[i] = -1
	}
	return threads
}

func (t *Threads) add(program []Step, step, mark int) {
	if t.marks[step] == mark {
		return
	}
	t.marks[step] = mark
	switch at := &program[step]; at.kind {
	case JUMP:
		t.add(program, at.first, mark)
	case SPLIT:
		t.add(program, at.first, mark)
		t.add(program, at.second, mark)
	default:
		t.steps = append(t.steps, step)
	}
}

type Matcher struct {
	program   []Step
	now, then Threads
	mark      int
}

func newMatcher(pattern string) *Matcher {
	compiler := &Compiler{pattern: pattern}
	compiler.alternatives()
	compiler.emit(Step{kind: FOUND})
	length := len(compiler.program)
	return &Matcher{program: compiler.program, now: newThreads(length), then: newThreads(length)}
}

// stepOver takes all threads over a byte; whether one has found the end of the pattern.
func (m *Matcher) stepOver(c byte) bool {
	m.then.steps = m.then.steps[:0]
	for _, step := range m.now.steps {
		at := &m.program[step]
		fits := false
		switch at.kind {
		case BYTE:
			fits = c == at.low
		case ANY:
			fits = c != 0
		case RANGE:
			fits = c >= at.low && c <= at.high
		case FOUND:
			return true
		}
		if fits {
			m.then.add(m.program, step+1, m.mark)
		}
	}
	m.now, m.then = m.then, m.now
	return false
}

// finds tells whether the pattern occurs in the line.
func (m *Matcher) finds(line []byte) bool {
	m.now.steps = m.now.steps[:0]
	for _, c := range line {
		m.mark++
		m.now.add(m.program, 0, m.mark-1)
		if m.stepOver(c) {
			return true
		}
	}
	m.mark++
	m.now.add(m.program, 0, m.mark-1)
	return m.stepOver(0)
}

func makeText(lines int) []byte {
	var out []byte
	seed := uint64(11)
	for i := range lines {
		for range 40 {
			seed = nextRandom(seed)
			out = append(out, 'a'+byte(seed>>60))
		}
		if i%3 == 0 {
			out = fmt.Appendf(out, " mail%d@example.org", i)
		}
		if i%5 == 0 {
			out = fmt.Appendf(out, " 2024-0%d-1%d", i%9, i%10)
		}
		out = append(out, '\n')
	}
	return out
}

func main() {
	patterns := []string{
		`[a-z]+[0-9]+@[a-z]+\.(com|org)`, `[0-9][0-9][0-9][0-9]-0[1-7]-1.`, `(a|b|c)*d(e|f)+(gh|ab)?k`, `no(thing|where)`,
	}
	text := makeText(parameter())
	checksum := 0
	for _, pattern := range patterns {
		matcher := newMatcher(pattern)
		start, line := 0, 0
		for at, c := range text {
			if c != '\n' {
				continue
			}
			if matcher.finds(text[start:at]) {
				checksum = checksum*31 + line
			}
			start = at + 1
			line++
		}
	}
	result(checksum)
}
