// A Lisp interpreter: programs are read to lists and evaluated, with tail calls.
package main

import (
	"fmt"
	"log"
	"strconv"
)

type Operator int

const (
	ADD Operator = iota
	SUBTRACT
	MULTIPLY
	LESS
	MAKE_PAIR
	FIRST
	REST
	IS_NOTHING
)

// A Value is nothing (nil), a Number, a Symbol, a *Pair, an Operator or a *Lambda.
type Value any

type Number int

type Symbol int

type Pair struct{ first, rest Value }

type Scope struct {
	name  Symbol
	value Value
	outer *Scope
}

type Lambda struct {
	names, body Value
	scope       *Scope
}

const (
	IF Symbol = iota
	LAMBDA
	DEFINE
)

// The names are few: a list is gone through for them while a program is read, and never afterwards.
type Lisp struct {
	source  string
	at      int
	names   []string
	globals []Value
}

func newLisp(source string) *Lisp {
	lisp := &Lisp{source: source}
	words := []string{"if", "lambda", "define", "nil", "+", "-", "*", "<", "cons", "car", "cdr", "null"}
	for i, word := range words {
		id := lisp.symbol(word)
		if i >= 4 {
			lisp.globals[id] = Operator(i - 4)
		}
	}
	return lisp
}

func (l *Lisp) symbol(word string) Symbol {
	for i, name := range l.names {
		if name == word {
			return Symbol(i)
		}
	}
	l.names = append(l.names, word)
	l.globals = append(l.globals, nil)
	return Symbol(len(l.names) - 1)
}

func (l *Lisp) skip() {
	for l.at < len(l.source) && l.source[l.at] <= ' ' {
		l.at++
	}
}

func (l *Lisp) read() Value {
	l.skip()
	start := l.at
	if l.source[start] == '(' {
		l.at++
		return l.readList()
	}
	for l.at < len(l.source) && l.source[l.at] > ' ' && l.source[l.at] != '(' && l.source[l.at] != ')' {
		l.at++
	}
	word := l.source[start:l.at]
	if number, err := strconv.Atoi(word); err == nil {
		return Number(number)
	}
	return l.symbol(word)
}

func (l *Lisp) readList() Value {
	l.skip()
	if l.source[l.at] == ')' {
		l.at++
		return nil
	}
	value := l.read()
	return &Pair{value, l.readList()}
}

func first(value Value) Value {
	if pair, ok := value.(*Pair); ok {
		return pair.first
	}
	return nil
}

func rest(value Value) Value {
	if pair, ok := value.(*Pair); ok {
		return pair.rest
	}
	return nil
}

func number(value Value) Number {
	number, _ := value.(Number)
	return number
}

func truth(condition bool) Number {
	if condition {
		return 1
	}
	return 0
}

func (l *Lisp) lookUp(id Symbol, scope *Scope) Value {
	for ; scope != nil; scope = scope.outer {
		if scope.name == id {
			return scope.value
		}
	}
	return l.globals[id]
}

// branch is the one that an `if` takes.
func (l *Lisp) branch(parts Value, scope *Scope) Value {
	condition := l.evaluate(first(parts), scope)
	isChosen := condition != nil
	if number, ok := condition.(Number); ok {
		isChosen = number != 0
	}
	branches := rest(parts)
	if isChosen {
		return first(branches)
	}
	return first(rest(branches))
}

func (l *Lisp) define(parts Value) Value {
	value := l.evaluate(first(rest(parts)), nil)
	if name, ok := first(parts).(Symbol); ok {
		l.globals[name] = value
	}
	return value
}

// bind makes a lambda's scope with its arguments.
func (l *Lisp) bind(lambda *Lambda, arguments Value, scope *Scope) *Scope {
	result := lambda.scope
	for names, ok := lambda.names.(*Pair); ok; names, ok = names.rest.(*Pair) {
		if name, ok := names.first.(Symbol); ok {
			result = &Scope{name, l.evaluate(first(arguments), scope), result}
		}
		arguments = rest(arguments)
	}
	return result
}

func operateOnTwo(operator Operator, a, b Value) Value {
	switch operator {
	case ADD:
		return number(a) + number(b)
	case SUBTRACT:
		return number(a) - number(b)
	case MULTIPLY:
		return number(a) * number(b)
	case LESS:
		return truth(number(a) < number(b))
	default:
		return &Pair{a, b}
	}
}

func (l *Lisp) operate(operator Operator, arguments Value, scope *Scope) Value {
	a := l.evaluate(first(arguments), scope)
	switch operator {
	case FIRST:
		return first(a)
	case REST:
		return rest(a)
	case IS_NOTHING:
		return truth(a == nil)
	default:
		return operateOnTwo(operator, a, l.evaluate(first(rest(arguments)), scope))
	}
}

func (l *Lisp) evaluate(value Value, scope *Scope) Value {
	for {
		if id, ok := value.(Symbol); ok {
			return l.lookUp(id, scope)
		}
		pair, ok := value.(*Pair)
		if !ok {
			return value
		}
		if id, ok := pair.first.(Symbol); ok {
			switch id {
			case IF:
				value = l.branch(pair.rest, scope)
				continue
			case LAMBDA:
				return &Lambda{first(pair.rest), first(rest(pair.rest)), scope}
			case DEFINE:
				return l.define(pair.rest)
			}
		}
		switch callee := l.evaluate(pair.first, scope).(type) {
		case Operator:
			return l.operate(callee, pair.rest, scope)
		case *Lambda:
			scope = l.bind(callee, pair.rest, scope)
			value = callee.body
		default:
			log.Fatal("this can't be called")
		}
	}
}

func main() {
	size := parameter()
	rounds := parameter()
	checksum := 0
	for round := range rounds {
		lisp := newLisp(fmt.Sprintf(`
			(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))
			(define range (lambda (a b) (if (< a b) (cons a (range (+ a 1) b)) nil)))
			(define map (lambda (f l) (if (null l) nil (cons (f (car l)) (map f (cdr l))))))
			(define fold (lambda (f x l) (if (null l) x (fold f (f x (car l)) (cdr l)))))
			(define step (lambda (k) (lambda (a b) (+ (* a k) b))))
			(define count (lambda (n x) (if (< 0 n) (count (- n 1) (+ x (* n n))) x)))
			(+ (fib %d) (+ (count 100000 0) (fold (step 31) %d (map (lambda (x) (* x x)) (range 0 1000)))))`, size, round))
		var last Value
		for lisp.skip(); lisp.at < len(lisp.source); lisp.skip() {
			last = lisp.evaluate(lisp.read(), nil)
		}
		checksum = checksum*31 + int(number(last))
	}
	result(checksum)
}
