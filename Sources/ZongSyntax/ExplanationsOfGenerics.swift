// Pages about type parameters, constraints and interfaces.

extension DiagnosticKind {
  var genericExplanation: Explanation? {
    switch self {
    case .typeArguments:
      return Explanation(
        "The wrong number of type arguments",
        """
        What is declared with type parameters is used with a type for each of them, between `<` and `>`. A function's \
        may be left out where its arguments tell them, and a struct's where its fields do; a type by itself, as in a \
        variable's declaration, always has them. What has no type parameters takes no type arguments.
        """,
        wrong: """
          struct Pair<A, B>(first: A, second: B);
          var pair: Pair<I64> = Pair(first: 1, second: "one");
          print(pair);
          """,
        cured: """
          struct Pair<A, B>(first: A, second: B);
          var pair: Pair<I64, String> = Pair(first: 1, second: "one");
          print(pair);
          """)
    case .cannotInfer:
      return Explanation(
        "What a type parameter stands for isn't known",
        """
        The type arguments of a call are found by comparing the types of the parameters with those of the arguments, \
        and the type of the result with the one that is wanted. Where neither mentions a type parameter, the type \
        arguments are written behind the name.
        """,
        wrong: """
          func empty<T>(): T[] { return T[](); }
          print(empty());
          """,
        cured: """
          func empty<T>(): T[] { return T[](); }
          print(empty<I64>());
          """)
    case .constraintNotMet:
      return Explanation(
        "A type that lacks what a constraint asks for",
        """
        A type parameter's constraint says what the types that it stands for must have: the methods of an interface, \
        or one of `Equatable`, `Ordered`, `Hashable` and `Printable`, which numbers and text have by themselves and \
        structs and enums mostly too. `Ordered` is never there by itself for a struct or an enum, as no order of its \
        fields is the only one: it is given by a method `compare`. Floats aren't `Hashable`.
        """,
        wrong: """
          struct Person(name: String, age: I64);
          func oldest<T: Ordered>(_ a: T, _ b: T): T { return if a < b { b } else { a }; }
          print(oldest(Person(name: "Ada", age: 36), Person(name: "Bob", age: 29)));
          """,
        cured: """
          struct Person(name: String, age: I64) {
              func compare(_ other: Person*): I64 { return self.age - other.age; }
          }
          func oldest<T: Ordered>(_ a: T, _ b: T): T { return if a < b { b } else { a }; }
          print(oldest(Person(name: "Ada", age: 36), Person(name: "Bob", age: 29)));
          """)
    case .missingConstraint:
      return Explanation(
        "An operation that not every type has",
        """
        A generic function is checked where it is declared, for all types that its type parameters may stand for. \
        Without a constraint that is any type, and not every type has an order or can be compared. The constraint \
        that the operation needs is written behind the type parameter; who calls the function then sees what it asks \
        for.
        """,
        wrong: """
          func larger<T>(_ a: T, _ b: T): T { return if a < b { b } else { a }; }
          print(larger(1, 2));
          """,
        cured: """
          func larger<T: Ordered>(_ a: T, _ b: T): T { return if a < b { b } else { a }; }
          print(larger(1, 2));
          """)
    case .constraintOnly:
      return Explanation(
        "An interface with `Self` as the type of a value",
        """
        In an interface `Self` is the type that has its methods. Two values of the interface's type may be of \
        different types, so a method that takes or gives a `Self` couldn't be called on one of them: such an interface \
        is a constraint only. A generic function takes its values with their own type.
        """,
        wrong: """
          interface Shape { func covers(_ other: Self*): Boolean; }
          func largest(_ shapes: Shape[]): I64 { return shapes.length; }
          print(largest(Shape[]()));
          """,
        cured: """
          interface Shape { func covers(_ other: Self*): Boolean; }
          func largest<T: Shape>(_ shapes: T[]): I64 { return shapes.length; }
          struct Square(side: I64) { func covers(_ other: Square*): Boolean { return self.side >= other.side; } }
          print(largest(Square[]()));
          """)
    case .notAConstraint:
      return Explanation(
        "A constraint that isn't an interface",
        """
        A constraint says which methods the types must have that a type parameter stands for, so it is an interface. \
        A parameter that can only be of one type needs no type parameter.
        """,
        wrong: """
          func double<T: I64>(_ n: T): T { return n; }
          print(double(2));
          """,
        cured: """
          func double(_ n: I64): I64 { return n * 2; }
          print(double(2));
          """)
    case .genericPlace:
      return Explanation(
        "A generic declaration inside a function",
        """
        Functions and structs with type parameters, and interfaces, stand at the top of a file. A function or a struct \
        inside a generic function may use the type parameters of the function around it.
        """,
        wrong: """
          func main() {
              func first<T>(_ items: T[]): T { return items[0]; }
              print(first([1, 2]));
          }
          """,
        cured: """
          func first<T>(_ items: T[]): T { return items[0]; }
          func main() {
              print(first([1, 2]));
          }
          """)
    case .endlessGeneric:
      return Explanation(
        "A generic declaration that needs itself with ever larger types",
        """
        For each list of type arguments a generic function is compiled anew. One that calls itself with a larger type \
        each time, such as a pointer to its own argument, would be compiled without end, however often it calls itself \
        when the program runs. Call it with the same types, or use a type that stays one, such as an enum that holds \
        pointers to itself.
        """,
        wrong: """
          func wrap<T>(_ value: T, _ times: I64) {
              if times > 0 { wrap([value], times - 1); } else { print(value); }
          }
          wrap(1, 2);
          """,
        cured: """
          func wrap<T>(_ value: T, _ times: I64): String {
              return if times > 0 { "[\\(wrap(value, times - 1))]" } else { "\\(value)" };
          }
          print(wrap(1, 2));
          """)
    case .badConformance:
      return Explanation(
        "A method with a name of the language's, but of another shape",
        """
        The language calls some methods by itself: `equals` for `==`, `compare` for `<`, `hash` for the keys of a map, \
        and `write` for `print`. A method of one of these names must be what the library's interface says, or it would \
        silently not be called. Change its parameters and its result, or give it another name.
        """,
        wrong: """
          struct Version(major: I64, minor: I64) {
              func compare(_ other: Version): Boolean { return self.major < other.major; }
          }
          print(Version(major: 1, minor: 2));
          """,
        cured: """
          struct Version(major: I64, minor: I64) {
              func compare(_ other: Version*): I64 { return self.major - other.major; }
          }
          print(Version(major: 1, minor: 2) < Version(major: 2, minor: 0));
          """)
    case .escapingFunction:
      return Explanation(
        "A function literal kept where its locals may be gone",
        """
        A function literal uses the locals around it where they are, without a copy; they end with their scope. So one \
        that uses any can be given to other functions and kept in locals, but not returned, nor stored in a field, an \
        element or a global. Behaviour that must be kept is an interface: a struct that holds what is needed, with a \
        method.
        """,
        wrong: """
          func adder(_ n: I64): func(I64): I64 { return func(a) => a + n; }
          print(adder(2)(40));
          """,
        cured: """
          interface Step { func run(_ a: I64): I64; }
          struct Adder(n: I64) { func run(_ a: I64): I64 { return a + self.n; } }
          func adder(_ n: I64): Step { return new Adder(n: n); }
          print(adder(2).run(40));
          """)
    default: return nil
    }
  }
}
