// JSON of 50 MB, parsed into a tree of values, which is gone through once. The parser is Zong's: without recursion, the
// members of all open lists and objects on one stack.
package main

import (
	"fmt"
	"log"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Value is nothing (nil), a bool, an int, a float64, a Big, a string, a List or an Object.
type Value any

// Big is a number of more digits than an int has.
type Big string

type List []Value

type Object []Member

type Member struct {
	key   string
	value Value
}

type Frame struct {
	isObject bool
	start    int
	key      string
}

type Parser struct {
	text    []byte
	at      int
	members []Member
	frames  []Frame
	bytes   []byte
}

func (p *Parser) fail() { log.Fatalf("no JSON at %d", p.at) }

func (p *Parser) peek(at int) byte {
	if at >= len(p.text) {
		return 0
	}
	return p.text[at]
}

func (p *Parser) skip() {
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case ' ', '\n', '\r', '\t':
		default:
			return
		}
	}
}

func (p *Parser) readFour() rune {
	value := rune(0)
	for range 4 {
		digit := strings.IndexByte("0123456789abcdefABCDEF", p.peek(p.at))
		if digit < 0 {
			p.fail()
		}
		if digit > 15 {
			digit -= 6
		}
		value = value<<4 | rune(digit)
		p.at++
	}
	return value
}

func (p *Parser) readEscape() {
	c := p.peek(p.at)
	p.at++
	switch c {
	case '"', '\\', '/':
		p.bytes = append(p.bytes, c)
	case 'n':
		p.bytes = append(p.bytes, '\n')
	case 't':
		p.bytes = append(p.bytes, '\t')
	case 'r':
		p.bytes = append(p.bytes, '\r')
	case 'b':
		p.bytes = append(p.bytes, '\b')
	case 'f':
		p.bytes = append(p.bytes, '\f')
	case 'u':
		p.bytes = utf8.AppendRune(p.bytes, p.readPoint())
	default:
		p.fail()
	}
}

// readPoint reads the digits of a code point behind `\u`, and its other half if it has two.
func (p *Parser) readPoint() rune {
	point := p.readFour()
	if point < 0xD800 || point >= 0xE000 {
		return point
	}
	if point >= 0xDC00 || p.peek(p.at) != '\\' || p.peek(p.at+1) != 'u' {
		p.fail()
	}
	p.at += 2
	low := p.readFour()
	if low < 0xDC00 || low >= 0xE000 {
		p.fail()
	}
	return 0x10000 + (point-0xD800)<<10 + low - 0xDC00
}

func (p *Parser) readEscaped(start, escape int) string {
	p.bytes = append(p.bytes[:0], p.text[start:escape]...)
	p.at = escape
	for {
		c := p.peek(p.at)
		if c < ' ' {
			p.fail()
		}
		p.at++
		switch c {
		case '"':
			return string(p.bytes)
		case '\\':
			p.readEscape()
		default:
			p.bytes = append(p.bytes, c)
		}
	}
}

// readText reads the text whose first byte is the next one, behind the quote.
func (p *Parser) readText() string {
	start := p.at
	for at := start; at < len(p.text); at++ {
		c := p.text[at]
		if c == '"' {
			p.at = at + 1
			return string(p.text[start:at])
		}
		if c == '\\' {
			return p.readEscaped(start, at)
		}
		if c < ' ' {
			break
		}
	}
	p.fail()
	return ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// readDigits appends the digits from a place on to a number, and returns where they end.
func (p *Parser) readDigits(value uint64, at int) (uint64, int) {
	for ; isDigit(p.peek(at)); at++ {
		value = value*10 + uint64(p.text[at]-'0')
	}
	return value, at
}

var tens = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

func (p *Parser) readNumber() Value {
	start := p.at
	isNegative := p.text[start] == '-'
	first := start
	if isNegative {
		first++
	}
	value, at := p.readDigits(0, first)
	if at == first || p.text[first] == '0' && at > first+1 {
		p.fail()
	}
	digits := at - first
	c := p.peek(at)
	if c != '.' && c != 'e' && c != 'E' {
		p.at = at
		if digits > 18 {
			return Big(p.text[start:at])
		}
		if isNegative {
			return -int(value)
		}
		return int(value)
	}
	power := 0
	if c == '.' {
		point := at + 1
		value, at = p.readDigits(value, point)
		if at == point {
			p.fail()
		}
		digits += at - point
		power = point - at
		c = p.peek(at)
	}
	if c == 'e' || c == 'E' {
		at++
		sign := p.peek(at)
		if sign == '-' || sign == '+' {
			at++
		}
		exponent, digit := 0, at
		for ; isDigit(p.peek(at)); at++ {
			if exponent < 100000 {
				exponent = exponent*10 + int(p.text[at]-'0')
			}
		}
		if at == digit {
			p.fail()
		}
		if sign == '-' {
			power -= exponent
		} else {
			power += exponent
		}
	}
	p.at = at
	if digits > 15 || power < -22 || power > 22 {
		number, _ := strconv.ParseFloat(string(p.text[start:at]), 64)
		return number
	}
	number := float64(value)
	if power < 0 {
		number /= tens[-power]
	} else {
		number *= tens[power]
	}
	if isNegative {
		return -number
	}
	return number
}

func (p *Parser) readWord(word string) bool {
	end := p.at + len(word)
	if end > len(p.text) || string(p.text[p.at:end]) != word {
		return false
	}
	p.at = end
	return true
}

func (p *Parser) readScalar(c byte) Value {
	switch {
	case c == '-' || isDigit(c):
		return p.readNumber()
	case p.readWord("true"):
		return true
	case p.readWord("false"):
		return false
	case !p.readWord("null"):
		p.fail()
	}
	return nil
}

// readKey reads a key and the colon behind it, for the innermost object.
func (p *Parser) readKey() {
	p.skip()
	if p.peek(p.at) != '"' {
		p.fail()
	}
	p.at++
	p.frames[len(p.frames)-1].key = p.readText()
	p.skip()
	if p.peek(p.at) != ':' {
		p.fail()
	}
	p.at++
}

// closing is the byte that ends an object or a list.
func closing(isObject bool) byte {
	if isObject {
		return '}'
	}
	return ']'
}

// opens begins a list or object; false if it is empty and has ended.
func (p *Parser) opens(isObject bool) bool {
	if len(p.frames) >= 512 {
		p.fail()
	}
	p.at++
	p.skip()
	if p.peek(p.at) == closing(isObject) {
		p.at++
		return false
	}
	p.frames = append(p.frames, Frame{isObject: isObject, start: len(p.members)})
	if isObject {
		p.readKey()
	}
	return true
}

// closeFrame takes what belongs to a frame off the stack of members.
func (p *Parser) closeFrame(frame *Frame) Value {
	from := p.members[frame.start:]
	p.members = p.members[:frame.start]
	if frame.isObject {
		return append(Object(nil), from...)
	}
	items := make(List, len(from))
	for i := range from {
		items[i] = from[i].value
	}
	return items
}

// readValue reads one that is no list or object with anything in it; false if it began such a one.
func (p *Parser) readValue() (Value, bool) {
	p.skip()
	switch c := p.peek(p.at); c {
	case '"':
		p.at++
		return p.readText(), true
	case '{':
		return Object{}, !p.opens(true)
	case '[':
		return List{}, !p.opens(false)
	default:
		return p.readScalar(c), true
	}
}

func parse(text []byte) Value {
	p := &Parser{text: text}
	for {
		value, isWhole := p.readValue()
		// What the value completes.
		for isWhole {
			if len(p.frames) == 0 {
				p.skip()
				if p.at != len(p.text) {
					p.fail()
				}
				return value
			}
			frame := &p.frames[len(p.frames)-1]
			p.members = append(p.members, Member{frame.key, value})
			p.skip()
			next := p.peek(p.at)
			if next == ',' {
				p.at++
				if frame.isObject {
					p.readKey()
				}
				break
			}
			if next != closing(frame.isObject) {
				p.fail()
			}
			p.at++
			value = p.closeFrame(frame)
			p.frames = p.frames[:len(p.frames)-1]
		}
	}
}

func sumOfText(text string) uint64 {
	if text == "" {
		return 7
	}
	return uint64(len(text))*31 + uint64(text[len(text)-1])
}

func sum(value Value) uint64 {
	total := uint64(0)
	switch value := value.(type) {
	case nil:
		return 1
	case bool:
		if value {
			return 3
		}
		return 2
	case int:
		return uint64(value)
	case float64:
		return uint64(value * 100)
	case Big:
		return uint64(len(value))
	case string:
		return sumOfText(value)
	case List:
		for _, item := range value {
			total = total*31 + sum(item)
		}
	case Object:
		for i := range value {
			total = (total*31+sumOfText(value[i].key))*31 + sum(value[i].value)
		}
	}
	return total
}

func makeText(size int) []byte {
	out := make([]byte, 0, size+1024)
	out = append(out, '[')
	seed := uint64(3)
	for id := 0; len(out) < size; id++ {
		if id > 0 {
			out = append(out, ",\n "...)
		}
		seed = nextRandom(seed)
		r := seed >> 40
		out = fmt.Appendf(out, `{"id": %d, "name": "user %d", "active": %t`, id, r%100000, r%3 == 0)
		out = fmt.Appendf(out, `, "score": %d.%d5, "parent": `, r%1000, r%7)
		if r%4 == 0 {
			out = append(out, "null"...)
		} else {
			out = fmt.Appendf(out, "-%d", r)
		}
		out = fmt.Appendf(out, `, "tags": ["new", "a \"quoted\" one", "x%d"]`, r%10)
		out = fmt.Appendf(out, `, "address": {"street": "Long Street %d", "zip": "%d", "lines": []}}`, r%300, r)
	}
	return append(out, ']')
}

func main() {
	list := parse(makeText(parameter())).(List)
	result(int(sum(list)) + len(list))
}
