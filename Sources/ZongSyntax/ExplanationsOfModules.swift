// Pages about modules and imports: Z0320, Z081x and Z0910.

extension DiagnosticKind {
  var moduleExplanation: Explanation? {
    switch self {
    case .privateName:
      return Explanation(
        "A name that is private to its file",
        """
        A name that begins with `_` is known only in the file that declares it: a function, variable or constant at \
        the top of the file, a field, or a method. Everything else is visible to those who import the file. Types \
        have no such names, and are always visible.
        """,
        wrong: """
          // counter.zong has: var _count = 0; and a function next(): I64
          import "counter";
          print(counter._count);
          """,
        cured: """
          func next(): I64 { return 1; }
          print(next());
          """, isExact: false)
    case .missingModule:
      return Explanation(
        "An import of something that isn't there",
        """
        `import math;` takes a module of the standard library, which comes with Zong. `import "shapes/circle";` takes \
        a file: the path leads from the folder of the importing file, with `/` between the names, and without \
        `.zong`.
        """,
        wrong: """
          import maths;
          print(maths.gcd(12, 18));
          """,
        cured: """
          import math;
          print(math.gcd(12, 18));
          """)
    case .importCycle:
      return Explanation(
        "Files that import each other in a circle",
        """
        Every file can be understood, compiled and initialised after those that it imports, so these can't lead back \
        to it. The message shows the circle. Move what two files need from each other into a third one, which both \
        import; or into one of them.
        """,
        wrong: """
          // a.zong has: import "b";   and b.zong has: import "a";
          """,
        cured: """
          func shared(): I64 { return 1; }
          print(shared());
          """, isExact: false)
    case .duplicateImport:
      return Explanation(
        "A module that is imported twice",
        """
        A file imports a module once, under one name. Two paths that lead to the same file are the same module.
        """,
        wrong: """
          import math;
          import math as m;
          print(math.gcd(12, 18) + m.gcd(4, 6));
          """,
        cured: """
          import math;
          print(math.gcd(12, 18) + math.gcd(4, 6));
          """)
    case .badImport:
      return Explanation(
        "An import that isn't written as one",
        """
        A file's path is written in quotes, from the folder of the importing file, with `/` between the names and \
        without `.zong`. The module gets the file's name; where that isn't a name that Zong can use (it has a `-` or \
        begins with an upper-case letter), `as` gives it one.
        """,
        wrong: """
          import "shapes/circle.zong";
          print(circle.area(1.0));
          """,
        cured: """
          import math;
          print(math.gcd(12, 18));
          """)
    case .unusedImport:
      return Explanation(
        "An import that isn't used",
        """
        Nothing in the file uses the module. The import costs nothing in the program, but misleads who reads it.
        """,
        wrong: """
          import math;
          print(2);
          """,
        cured: """
          print(2);
          """)
    default: return nil
    }
  }
}
