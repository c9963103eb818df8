// What every kernel in Go shares: reading its parameters, random numbers, and SipHash-1-3, which the maps hash with.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"log"
	"math/bits"
	"os"
	"strconv"
)

var input = bufio.NewScanner(os.Stdin)

// parameter reads the next one: standard input has one a line.
func parameter() int {
	input.Scan()
	value, err := strconv.Atoi(input.Text())
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func result(checksum int) { fmt.Println(checksum) }

func nextRandom(seed uint64) uint64 { return seed*6364136223846793005 + 1442695040888963407 }

type hasher struct{ a, b, c, d uint64 }

func newHasher() hasher {
	const k0, k1 = 0x0706050403020100, 0x0f0e0d0c0b0a0908
	return hasher{k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573}
}

func (h *hasher) round() {
	a := h.a + h.b
	b := bits.RotateLeft64(h.b, 13) ^ a
	a = bits.RotateLeft64(a, 32)
	c := h.c + h.d
	d := bits.RotateLeft64(h.d, 16) ^ c
	a += d
	d = bits.RotateLeft64(d, 21) ^ a
	c += b
	b = bits.RotateLeft64(b, 17) ^ c
	*h = hasher{a, b, bits.RotateLeft64(c, 32), d}
}

func (h *hasher) word(word uint64) {
	h.d ^= word
	h.round()
	h.a ^= word
}

func (h *hasher) text(text string) {
	h.word(uint64(len(text)))
	if len(text) == 0 {
		return
	}
	rest := []byte(text)
	for ; len(rest) >= 8; rest = rest[8:] {
		h.word(binary.LittleEndian.Uint64(rest))
	}
	last := uint64(0)
	for i := len(rest) - 1; i >= 0; i-- {
		last = last<<8 | uint64(rest[i])
	}
	h.word(last)
}

func (h *hasher) finish() uint32 {
	h.c ^= 0xFF
	h.round()
	h.round()
	h.round()
	return uint32(h.a ^ h.b ^ h.c ^ h.d)
}
