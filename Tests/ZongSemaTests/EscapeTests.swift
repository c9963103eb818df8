// Which locals need a slot of their own: what `--emit locals` says of small programs.

import Testing
import ZongCompiler
import ZongSema
import ZongStores
import ZongSyntax

/// The names of a program's locals whose address is taken: those in the frame, and those with a slot of their own.
private func locals(_ source: String) throws -> (frame: [String], own: [String]) {
  let text = dump(source)
  var found: (frame: [String], own: [String]) = ([], [])
  for line in text.split(separator: "\n") {
    let words = line.split(separator: " ")
    guard line.hasPrefix("  "), words.count >= 3 else { continue }
    let name = String(words[1].dropLast())
    if words[2] == "frame" { found.frame.append(name) } else { found.own.append(name) }
  }
  return found
}

private func dump(_ source: String) -> String {
  let compilation = Compilation(options: CompilerOptions())
  var text = ""
  let isAdded = Array(source.utf8).withUnsafeBufferPointer { compilation.add(path: "test.zong", contents: $0) }
  #expect(isAdded)
  Parallel.onDeepStack {
    compilation.lex()
    compilation.parse()
    if let program = compilation.check() { text = LocalsDump.text(of: program, compilation.sources) }
  }
  #expect(compilation.diagnostics.items.isEmpty)
  return text
}

/// What the tests call.
private let helpers = """
  struct Node(value: I64, next: I64*?);
  var global: I64*? = null;
  func read(_ p: I64*): I64 { return p*; }
  func keep(_ p: I64*) { global = p; }
  func same(_ p: I64*): I64* { return p; }
  func either(_ a: I64*, _ b: I64*): I64* { if a* > 0 { return a; } return b; }
  func store(_ node: Node*, _ p: I64*) { node.next = p; }

  """

private func locals(inMain body: String) throws -> (frame: [String], own: [String]) {
  try locals(helpers + "func main() {\n\(body)\n}\n")
}

@Suite struct EscapeTests {
  @Test func aLentAddressStaysInTheFrame() throws {
    let found = try locals(inMain: "var x = 1; print(read(x&));")
    #expect(found == (["x"], []))
  }

  @Test func aStoreIntoAGlobalEscapes() throws {
    #expect(try locals(inMain: "var x = 1; global = x&;") == ([], ["x"]))
    #expect(try locals(inMain: "var x = 1; keep(x&);") == ([], ["x"]))
  }

  @Test func aResultFlowsToWhereItIsUsed() throws {
    #expect(try locals(inMain: "var x = 1; print(same(x&)*);") == (["x"], []))
    #expect(try locals(inMain: "var x = 1; keep(same(x&));") == ([], ["x"]))
    #expect(try locals(inMain: "var x = 1; var y = 2; keep(either(x&, y&));") == ([], ["x", "y"]))
  }

  @Test func aReturnEscapes() throws {
    let found = try locals("func f(): I64* { var x = 1; return x&; }\nfunc main() { print(f()*); }\n")
    #expect(found == ([], ["x"]))
  }

  @Test func innerLocalsMayNotBeKeptByOuterOnes() throws {
    let body = "var outer = 0; var p = outer&; for i in 0..2 { var inner = i; p = inner&; } print(p*);"
    #expect(try locals(inMain: body) == (["outer"], ["inner"]))
    let other = "var outer = 0; for i in 0..2 { var p = outer&; print(p* + i); }"
    #expect(try locals(inMain: other) == (["outer"], []))
  }

  @Test func aStoreThroughAPointerCountsAsAnywhere() throws {
    let body = "var x = 1; var node = Node(value: 1, next: null); store(node&, x&); print(node.value);"
    #expect(try locals(inMain: body).own.contains("x"))
  }

  @Test func aFieldOfALocalStructHoldsAsLongAsTheLocal() throws {
    let body = "var x = 1; var node = Node(value: 1, next: x&); print(node.next!*);"
    #expect(try locals(inMain: body) == (["x"], []))
    let new = "var x = 1; var node = new Node(value: 1, next: x&); print(node.value); "
    #expect(try locals(inMain: new + "delete node;") == (["x"], []))
    #expect(try locals(inMain: new + "global = node.next;") == ([], ["x"]))
  }

  @Test func recursionReachesAFixedPoint() throws {
    let source = """
      func deep(_ p: I64*, _ n: I64): I64* { if n == 0 { return p; } return deep(p, n - 1); }
      func hide(_ p: I64*, _ n: I64) { if n == 0 { kept = p; } else { hide(p, n - 1); } }
      var kept: I64*? = null;
      func main() { var x = 1; print(deep(x&, 3)*); var y = 2; hide(y&, 3); }
      """
    #expect(try locals(source) == (["x"], ["y"]))
  }

  @Test func methodsTakeTheAddressOfTheirReceiver() throws {
    let source = """
      struct Counter(n: I64) {
        func add() { self.n += 1; }
        func keep() { kept = self; }
      }
      var kept: Counter*? = null;
      func main() { var a = Counter(n: 1); a.add(); var b = Counter(n: 2); b.keep(); }
      """
    #expect(try locals(source) == (["a"], ["b"]))
  }

  @Test func viewsOfArraysCarryTheirAddress() throws {
    let source = """
      var kept: I64[] = [];
      func sum(_ items: I64[]): I64 { var total = 0; for item in items { total += item; } return total; }
      func main() {
        var a: I64[3] = [1, 2, 3];
        print(sum(a[0..2]));
        var b: I64[3] = [4, 5, 6];
        kept = b[0..3];
      }
      """
    #expect(try locals(source) == (["a"], ["b"]))
  }

  @Test func whatPatternsBindEndsWithTheArm() throws {
    let source = """
      enum Shape { circle(radius: I64), nothing }
      var kept: I64*? = null;
      func keep(_ shape: Shape) { match shape { circle(r) => { kept = r&; }, nothing => { } } }
      func read(_ shape: Shape) { if var circle(r) = shape { var p = r&; print(p*); } }
      func main() { keep(Shape.circle(radius: 1)); read(Shape.nothing); }
      """
    #expect(try locals(source) == (["r"], ["r"]))
  }

  @Test func theEndOfALocalIsTheEndOfItsScope() {
    let text = dump(helpers + "func main() {\n  if global == null {\n    var x = 1;\n    keep(x&);\n  }\n}\n")
    #expect(text.contains("x: own slot, ends at 12:3"), "\(text)")
  }
}
