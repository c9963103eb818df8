// Pages about types: Z04xx.

extension DiagnosticKind {
  var typeExplanation: Explanation? {
    switch self {
    case .typeMismatch:
      return Explanation(
        "A value of another type than the one wanted",
        """
        A variable, a parameter, a field, a result and a condition each have a type, and the value given must be of \
        that type. Zong converts by itself only where nothing can be lost or misunderstood, as with constants; \
        everything else is written out, so that the reader sees it. Numbers are converted by calling the type: \
        `I32(x)` stops the program if the value doesn't fit. Text is made by interpolation: `"\\(x)"`.
        """,
        wrong: """
          func half(_ n: I32): I32 { return n / 2; }
          var count = 84;
          print(half(count));
          """,
        cured: """
          func half(_ n: I32): I32 { return n / 2; }
          var count = 84;
          print(half(I32(count)));
          """)
    case .constantDoesNotFit:
      return Explanation(
        "A constant that doesn't fit in its type",
        """
        Constants are computed exactly and then take the type that is wanted; this one lies outside of what the type \
        can hold. It would have to be cut off, and no number changes silently. Choose a wider type, or \
        `U8.wrapping(x)` if just the low bits are meant.
        """,
        wrong: "var level: U8 = 300;\nprint(level);\n", cured: "var level: U16 = 300;\nprint(level);\n")
    case .badOperands:
      return Explanation(
        "An operator on values that it doesn't work on",
        """
        Arithmetic and comparison take two operands of one type: numbers of different types are converted by hand, \
        because the place where precision or range is lost should be seen. `%`, shifts and bit operations are for \
        integers, `<` orders numbers and text, `&&` and `||` take `Boolean`. An index, a length and the ends of a \
        range are integers.
        """,
        wrong: """
          var count = 3;
          var price = 0.5;
          print(count * price);
          """,
        cured: """
          var count = 3;
          var price = 0.5;
          print(F64(count) * price);
          """)
    case .notIndexable:
      return Explanation(
        "`[ ]` on something that has no elements",
        """
        Slices, arrays and text have elements that `[ ]` picks out. A number or a struct has none, and a pointer \
        points to one value: there is no pointer arithmetic, as nothing could check it. If the pointer points to a \
        slice or an array, follow it first: `p*[i]`.
        """,
        wrong: """
          func first(_ items: I64[]*): I64 { return items[0]; }
          var items = [7, 8, 9];
          print(first(items&));
          """,
        cured: """
          func first(_ items: I64[]*): I64 { return items*[0]; }
          var items = [7, 8, 9];
          print(first(items&));
          """)
    case .notAPointer:
      return Explanation(
        "A dereference of something that is no pointer",
        """
        `p*` means what the pointer `p` points to, and this is not a pointer. If a product is meant, put a space on \
        both sides of the `*` or on neither: `a * b`, `a*b`. If the value itself is meant, leave the `*` out.
        """,
        wrong: "var x = 42;\nprint(x*);\n",
        cured: """
          var x = 42;
          var p = x&;
          print(p*);
          """)
    case .notAddressable:
      return Explanation(
        "The address of a value that isn't stored",
        """
        `x&` is the address of a variable, a field, an element or what a pointer points to. The result of a call or \
        an operation lies nowhere until it is kept. Keep it in a variable first, or write `(f())&`, which makes an \
        unnamed variable of the block.
        """,
        wrong: """
          func double(_ n: I64*) { n* *= 2; }
          func start(): I64 { return 21; }
          double(start()&);
          """,
        cured: """
          func double(_ n: I64*) { n* *= 2; }
          func start(): I64 { return 21; }
          var n = start();
          double(n&);
          print(n);
          """)
    case .notAssignable:
      return Explanation(
        "An assignment to something that can't change",
        """
        Variables, fields, elements and what a pointer points to can be assigned to. Constants and the results of \
        calls and operations can't; they have no storage. A `String` never changes: work on a `U8[]`, or make a new \
        text. Of a slice, `.length` can be lowered, if the slice itself is stored.
        """,
        wrong: """
          const limit = 10;
          limit = 20;
          print(limit);
          """,
        cured: """
          var limit = 10;
          limit = 20;
          print(limit);
          """)
    case .noValue:
      return Explanation(
        "A value is wanted where there is none",
        """
        The function that is called returns nothing, as it has no result type, so there is nothing to keep, print or \
        compute with. Call it as a statement, or give it a result: `func name(): T` and a `return` with a value.
        """,
        wrong: """
          func double(_ n: I64) { print(n * 2); }
          var result = double(21);
          print(result);
          """,
        cured: """
          func double(_ n: I64): I64 { return n * 2; }
          var result = double(21);
          print(result);
          """)
    case .badConversion:
      return Explanation(
        "A conversion that doesn't exist",
        """
        Calling a number type converts another number to it. Between other types there are no conversions of that \
        form, as it wouldn't be clear what they do. Text is made by interpolation, `"\\(x)"`; a `Boolean` by a \
        comparison, `x != 0`; a number from a `Boolean` by `if`.
        """,
        wrong: """
          var n = 42;
          var text = String(n);
          print(text);
          """,
        cured: """
          var n = 42;
          var text = "\\(n)";
          print(text);
          """)
    case .typeUnknown:
      return Explanation(
        "A value whose type can't be known",
        """
        A variable without a type takes the type of its value, but this value leaves it open: an empty list says \
        nothing about its elements. Say the type: `T[]()` makes an empty slice of `T`.
        """,
        wrong: "var names = [];\nprint(names.length);\n", cured: "var names = String[]();\nprint(names.length);\n")
    case .notIterable:
      return Explanation(
        "A `for` over something that it can't go through",
        """
        `for` goes through a range (`0..n`), the elements of a slice or an array, or the code points of a text. A \
        number alone is not a range. Where an index is wanted besides the element, write `for index, item in items`; \
        where the elements shall be changed, `for item& in items`, which needs elements that are stored.
        """,
        wrong: """
          for i in 3 {
              print(i);
          }
          """,
        cured: """
          for i in 0..3 {
              print(i);
          }
          """)
    case .badFormat:
      return Explanation(
        "A format that doesn't exist or doesn't suit the value",
        """
        In `\\(value, name: ...)` the formats are `width:` for any value, `digits:` for floats, and `base:` and \
        `char:` for integers, each by its name. A negative width aligns left. To show an integer with digits after \
        the point, convert it first.
        """,
        wrong: "var price = 3;\nprint(\"\\(price, digits: 2)\");\n",
        cured: "var price = 3;\nprint(\"\\(F64(price), digits: 2)\");\n")
    case .integerForFloat:
      return Explanation(
        "An integer computation where a float is wanted",
        """
        An integer written alone may stand for a float, but an operation on integers is done in integers, and `1 / \
        2` is 0 there. Rather than give a float nobody meant, this is an error. Write one of the numbers as a float.
        """,
        wrong: "var half: F64 = 1 / 2;\nprint(half);\n", cured: "var half: F64 = 1.0 / 2;\nprint(half);\n")
    case .typeTooLarge:
      return Explanation(
        "A type or program that is larger than memory allows",
        """
        A single value may take up to 1 GiB, and the globals, constants and stack of a program together must fit in \
        its memory of at most 4 GiB. A large table is better a slice, which takes its storage when it is made and \
        only as much as is needed.
        """,
        wrong: "var table: I64[1_000_000_000];\nprint(table.length);\n",
        cured: "var table = I64[](length: 1_000);\nprint(table.length);\n")
    case .noZeroValue:
      return Explanation(
        "A value must be given, as the type has no zero",
        """
        Variables and elements that are given no value start at zero: 0, `""`, empty. A pointer has no such value, \
        as it is never null, and neither has a struct that holds one without a default. Give the value: where the \
        variable is declared, as the field's default, or with `fill:` for the elements of a new slice.
        """,
        wrong: """
          var origin = 0;
          var targets = I64*[](length: 10);
          print(targets.length);
          """,
        cured: """
          var origin = 0;
          var targets = I64*[](length: 10, fill: origin&);
          print(targets.length);
          """)
    case .byteEscapeInText:
      return Explanation(
        "A byte escape in text",
        """
        `\\xNN` stands for one byte, and a `String` is always valid UTF-8, which single bytes could break. In text \
        write the code point, `\\u{E9}`. Where a `U8[]` is wanted, a literal may hold any bytes.
        """,
        wrong: "var word = \"caf\\xE9\";\nprint(word);\n",
        cured: """
          var word = "caf\\u{E9}";
          var bytes: U8[] = "caf\\xE9";
          print(word);
          print(bytes);
          """)
    case .branchesDiffer:
      return Explanation(
        "Branches of one value with different types",
        """
        An `if`, a `match` or a block that is used as a value has one type, so all of its branches must have it. A \
        constant takes the type of the other branches, a value beside `null` becomes an optional, and a branch that \
        ends in `return`, `fail`, `break`, `continue` or `panic` fits any type. Everything else is converted by hand.
        """,
        wrong: """
          var count = 3;
          var shown = if count > 0 { count } else { "none" };
          print(shown);
          """,
        cured: """
          var count = 3;
          var shown = if count > 0 { "\\(count)" } else { "none" };
          print(shown);
          """)
    case .patternMismatch:
      return Explanation(
        "A pattern that doesn't fit what it is matched with",
        """
        Cases are matched with enums and have a pattern for each field, in order; literals, constants and ranges are \
        matched with numbers, text and `Boolean`. Inside of a case's parentheses a name binds the field; outside it \
        names a case or a constant, never a variable. All alternatives of `|` bind the same names.
        """,
        wrong: """
          enum Shape { rect(width: I64, height: I64), nothing }
          var shape = Shape.rect(width: 2, height: 3);
          if var rect(width) = shape { print(width); }
          """,
        cured: """
          enum Shape { rect(width: I64, height: I64), nothing }
          var shape = Shape.rect(width: 2, height: 3);
          if var rect(width, _) = shape { print(width); }
          """)
    default: return nil
    }
  }
}
