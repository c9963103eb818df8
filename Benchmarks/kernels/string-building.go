// Text is built byte by byte and number by number, and then scanned.
package main

func appendNumber(text []byte, number int) []byte {
	var digits [20]byte
	at := len(digits)
	for {
		at--
		digits[at] = byte('0' + number%10)
		number /= 10
		if number == 0 {
			break
		}
	}
	for _, digit := range digits[at:] {
		text = append(text, digit)
	}
	return text
}

func build(count int) []byte {
	var text []byte
	for i := range count {
		text = append(text, "item "...)
		text = appendNumber(text, i*7919)
		text = append(text, ',')
		text = append(text, ' ')
		if i%10 == 9 {
			text = append(text, '\n')
		}
	}
	return text
}

func words(text []byte) int {
	count := 0
	inWord := false
	for _, c := range text {
		isSpace := c == ' ' || c == '\n'
		if !isSpace && !inWord {
			count++
		}
		inWord = !isSpace
	}
	return count
}

func main() {
	count := parameter()
	rounds := parameter()
	checksum := 0
	for round := range rounds {
		text := build(count + round)
		hash := uint32(2166136261)
		for _, c := range text {
			hash = (hash ^ uint32(c)) * 16777619
		}
		checksum = checksum*31 + int(hash) + words(text) + len(text)
	}
	result(checksum)
}
