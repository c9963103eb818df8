// Pages about names: Z03xx.

extension DiagnosticKind {
  var nameExplanation: Explanation? {
    switch self {
    case .unknownName:
      return Explanation(
        "A name that is not declared",
        """
        Nothing of this name can be seen here: it is not declared in this block or one around it, nor at the top of \
        the file, and it is no built-in function. A variable is known from its declaration to the end of its block. \
        Most often the name is misspelled; where a name comes near, the message says so.
        """,
        wrong: "var counter = 1;\nprint(countre);\n", cured: "var counter = 1;\nprint(counter);\n")
    case .unknownType:
      return Explanation(
        "A type that is not declared",
        """
        There is no type of this name. Numbers are named after their kind and width: `I8 I16 I32 I64`, `U8 U16 U32 \
        U64` (without sign), `F32 F64`; a truth value is a `Boolean`, text is a `String`. All other types are \
        declared with `struct`.
        """,
        wrong: "var age: Int = 41;\nprint(age);\n", cured: "var age: I64 = 41;\nprint(age);\n")
    case .redeclared:
      return Explanation(
        "Two things of one name in the same block",
        """
        In one block, among the parameters of a function and the fields of a struct, and at the top of a file, a \
        name means one thing. So what a name means never depends on how far down one has read, and a slip doesn't \
        make a second variable. To change a variable, assign to it without `var`; an inner block may declare the \
        name anew. Functions can't be told apart by their parameters: give each a name of its own.
        """,
        wrong: """
          var total = 1;
          var total = total + 1;
          print(total);
          """,
        cured: """
          var total = 1;
          total = total + 1;
          print(total);
          """)
    case .unknownMember:
      return Explanation(
        "A field or method that the type doesn't have",
        """
        The type of the value before the `.` has nothing of this name. Structs have their fields; slices, arrays and \
        text have `.length`, slices also `.capacity`; integer types have `.max` and `.min`. The message lists what \
        there is, or names what comes near.
        """,
        wrong: "var names = [\"Ada\", \"Grace\"];\nprint(names.size);\n",
        cured: "var names = [\"Ada\", \"Grace\"];\nprint(names.length);\n")
    case .unknownLabel:
      return Explanation(
        "A label that no loop around this has",
        """
        `break` and `continue` with a label leave or go on with the loop of that label. It must be a loop that they \
        stand in: a label can't be jumped to from outside. Put the label before the loop, or correct its spelling.
        """,
        wrong: """
          outer: for x in 0..10 {
              for y in 0..10 {
                  if x * y == 42 { break outside; }
              }
          }
          """,
        cured: """
          outer: for x in 0..10 {
              for y in 0..10 {
                  if x * y == 42 { break outer; }
              }
          }
          """)
    case .capturedLocal:
      return Explanation(
        "A local of the function around this one",
        """
        A function that is declared inside another one can't use the locals of the other: it is a function like any \
        other, and its name may be used where those locals don't exist. What it needs is passed to it as an \
        argument.
        """,
        wrong: """
          func main() {
              var factor = 3;
              func scaled(_ n: I64): I64 { return n * factor; }
              print(scaled(14));
          }
          """,
        cured: """
          func main() {
              var factor = 3;
              func scaled(_ n: I64, _ factor: I64): I64 { return n * factor; }
              print(scaled(14, factor));
          }
          """)
    case .notAFunction:
      return Explanation(
        "Something is called that is no function",
        """
        Parentheses behind a name call the function of that name, and this is a variable or another value. Between a \
        number and a parenthesis a multiplication is not understood by itself: write the `*`. If a local hides a \
        function of the same name, give the local another name.
        """,
        wrong: "var width = 6;\nprint(width(3 + 4));\n", cured: "var width = 6;\nprint(width * (3 + 4));\n")
    case .notAValue:
      return Explanation(
        "Something that has no value of its own",
        """
        A function, a type, a range and `_` can't be kept in a variable or computed with as they stand. A function \
        is called with `name(...)`, a type makes a value when it is called, a range stands in the head of a `for` or \
        in `[ ]`, and `_` is only assigned to.
        """,
        wrong: "var numbers = 0..10;\nprint(numbers);\n",
        cured: """
          for number in 0..10 {
              print(number);
          }
          """)
    case .wrongReceiver:
      return Explanation(
        "A method called on a type, or a static function on a value",
        """
        A method works on one value, which it sees as `self`, so it is called on a value or a pointer: \
        `account.deposit(5)`. A `static func` belongs to the type and sees no value, so it is called on the type: \
        `Account.empty()`. Which of the two it is stands where it is declared.
        """,
        wrong: """
          struct Counter(n: I64 = 0) {
              static func from(_ n: I64): Counter { return Counter(n: n); }
              func add() { self.n += 1; }
          }
          var counter = Counter.from(1);
          Counter.add();
          print(counter);
          """,
        cured: """
          struct Counter(n: I64 = 0) {
              static func from(_ n: I64): Counter { return Counter(n: n); }
              func add() { self.n += 1; }
          }
          var counter = Counter.from(1);
          counter.add();
          print(counter);
          """)
    default: return nil
    }
  }
}
