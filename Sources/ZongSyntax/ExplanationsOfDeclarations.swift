// Pages about declarations and calls: Z05xx.

extension DiagnosticKind {
  var declarationExplanation: Explanation? {
    switch self {
    case .missingArgument:
      return Explanation(
        "An argument or a field is missing",
        """
        A call gives every parameter that has no default, and a struct is built with every field that has none; the \
        message lists what is missing, with its type. Fields are given by name. If a value is nearly always the \
        same, give the parameter or field a default: `height: I64 = 1`.
        """,
        wrong: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(width: 6));
          """,
        cured: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(width: 6, height: 7));
          """)
    case .unknownArgument:
      return Explanation(
        "An argument of a name that isn't there",
        """
        The function has no parameter of this name, or the struct no field. Names are compared letter by letter; the \
        message names the one that comes near, or lists them all.
        """,
        wrong: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(width: 6, hight: 7));
          """,
        cured: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(width: 6, height: 7));
          """)
    case .duplicateArgument:
      return Explanation(
        "An argument that is given twice",
        """
        Each parameter takes one value, and this one was given before, by position or by name. Arguments without \
        names fill the parameters from the first on.
        """,
        wrong: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(6, width: 7));
          """,
        cured: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(6, height: 7));
          """)
    case .tooManyArguments:
      return Explanation(
        "More arguments than there are parameters",
        """
        The call gives more values than the function takes, or the struct has fields. `print` takes one value: \
        several are put together by interpolation.
        """,
        wrong: "print(\"the answer is\", 42);\n", cured: "print(\"the answer is \\(42)\");\n")
    case .argumentOrder:
      return Explanation(
        "An argument without a name behind one with a name",
        """
        Arguments by position come first, those by name after them, in any order. Behind a name, a position would \
        have to be guessed.
        """,
        wrong: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(width: 6, 7));
          """,
        cured: """
          func area(width: I64, height: I64): I64 { return width * height; }
          print(area(width: 6, height: 7));
          """)
    case .argumentByName:
      return Explanation(
        "A name for an argument that is given by position",
        """
        A parameter or field that is declared with `_` is given by position only; its name belongs to the inside of \
        the function. The built-in functions take all their arguments so. Leave the name out, or declare the \
        parameter without the `_`.
        """,
        wrong: "func square(_ n: I64): I64 { return n * n; }\nprint(square(n: 7));\n",
        cured: "func square(_ n: I64): I64 { return n * n; }\nprint(square(7));\n")
    case .recursiveStructure:
      return Explanation(
        "A struct that contains itself",
        """
        A struct holds its fields in place, so one that holds itself, directly or through others, would be \
        infinitely large. The message shows the cycle. A pointer or a slice has the same size whatever it refers to, \
        and breaks the cycle.
        """,
        wrong: "struct Folder(name: String, inner: Folder);\n",
        cured: "struct Folder(name: String, inner: Folder[]);\n")
    case .globalCycle:
      return Explanation(
        "A global or constant that depends on itself",
        """
        Globals are initialised before `main`, each after those that its value needs, the functions it calls \
        included. If the needs form a circle there is no first one; the message shows the circle. The same goes for \
        constants. Break the circle with a value that is known by itself.
        """,
        wrong: """
          const width = height * 2;
          const height = width / 2;
          print(width);
          """,
        cured: """
          const width = height * 2;
          const height = 21;
          print(width);
          """)
    case .badMain:
      return Explanation(
        "A `main` of another form",
        """
        `main` is called by the system, which can give it the arguments of the command line as `args: String[]`, or \
        nothing, and takes the exit status as an `I32`, or nothing. Other values have to be read, and printed, by \
        the program itself.
        """,
        wrong: """
          func main(): I64 {
              return 0;
          }
          """,
        cured: """
          func main(): I32 {
              return 0;
          }
          """)
    case .badExtern:
      return Explanation(
        "An `extern` function that can't be used like this",
        """
        A function of the host takes numbers, `Boolean` and pointers, and gives back a number, a `Boolean` or \
        nothing: other values have a form that only Zong knows, and no pointer comes from outside. Of the module \
        `wasi_snapshot_preview1` Zong knows which memory each function touches, and checks it. Other modules may \
        touch anything, so they need `--allow-extern` when the program is compiled.
        """,
        wrong: """
          extern "wasi_snapshot_preview1" {
              func random_get(buffer: U8[], length: I32): I32;
          }
          """,
        cured: """
          extern "wasi_snapshot_preview1" {
              func random_get(buffer: U8*, length: I32): I32;
          }
          """)
    case .badExport:
      return Explanation(
        "An exported function with types that can't come from outside",
        """
        What is marked `export` is called by the host, which knows only numbers; a `Boolean` is passed as one. A \
        pointer, slice or text from outside can't be trusted to be one, so exported functions take and return \
        numbers and `Boolean`.
        """,
        wrong: """
          export func greet(name: String) {
              print("hello, \\(name)");
          }
          func main() { }
          """,
        cured: """
          export func greet(number: I32) {
              print("hello, visitor \\(number)");
          }
          func main() { }
          """)
    case .notConstant:
      return Explanation(
        "A constant whose value isn't known beforehand",
        """
        The value of a `const` is computed when the program is compiled, so it is made of literals, other constants \
        and operators. What a function returns or a variable holds is only known when the program runs. For such a \
        value use `var`.
        """,
        wrong: """
          var count = 6;
          const limit = count * 7;
          print(limit);
          """,
        cured: """
          const count = 6;
          const limit = count * 7;
          print(limit);
          """)
    case .badArrayLength:
      return Explanation(
        "A number that doesn't agree with an array's length",
        """
        The length of an array is part of its type: a constant, not negative. Therefore a list for an array has \
        exactly that many elements, and a constant index lies below it; both are checked when the program is \
        compiled. If the length is only known when the program runs, use a slice.
        """,
        wrong: """
          var size = 3;
          var scores: I64[size];
          print(scores);
          """,
        cured: """
          var size = 3;
          var scores = I64[](length: size);
          print(scores);
          """)
    case .statementOutsideFunction:
      return Explanation(
        "A statement outside of the functions",
        """
        A file with a `main` begins there, so a statement at its top would never run. A file without `main` is a \
        script: its statements are the program, from top to bottom. Move the statement into `main`, or turn the file \
        into a script.
        """,
        wrong: """
          print("begin");
          func main() {
              print("main");
          }
          """,
        cured: """
          func main() {
              print("begin");
              print("main");
          }
          """)
    case .functionTooLarge:
      return Explanation(
        "A function that is larger than engines allow",
        """
        WebAssembly engines bound what one function may have: 7.6 MB of code, 50,000 variables, 1,000 values as \
        parameters (a text is two, a slice three), and a module has at most a million functions. The statements at \
        the top of a script are one function. Code as large as that is made by a program; let it make several \
        functions, or data that a loop goes through.
        """,
        wrong: "print(1);\nprint(2);\n… and so on, a million lines in one function",
        cured: "for i in 1..1_000_000 { print(i); }\n",
        isExact: false)
    default: return nil
    }
  }
}
