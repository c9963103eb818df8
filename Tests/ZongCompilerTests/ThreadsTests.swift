// The number of threads changes nothing: neither the bytes of a module nor what is reported.

import Testing
import ZongStores
import ZongSyntax

@testable import ZongCompiler

@Suite struct ThreadsTests {
  /// A program of many parts, with declarations of all kinds in each.
  private func program(groups: Int, mistake: String = "") -> String {
    var text = """
      const room = 3;
      enum Shape { circle(radius: F64), square(side: F64), empty }
      struct Box<T>(item: T, next: Box<T>*?) {
          func read(): T { return self.item; }
      }
      interface Named { func name(): String; }
      func largest<T: Ordered>(_ a: T, _ b: T): T { if b > a { return b; } return a; }

      """
    for index in 0..<groups {
      text += """
        struct Point\(index)(x: I64, y: I64 = \(index)) {
            func sum(by: I64 = 1): I64 { return (self.x + self.y) * by; }
            func name(): String { return "point\(index)"; }
            static func zero(): Point\(index) { return Point\(index)(x: 0); }
        }
        enum Kind\(index) { one, other(point: Point\(index)) }
        func area\(index)(_ shape: Shape): F64 {
          match shape { circle(radius) => { return radius * radius; }; square(side) => { return side * side; }; empty => {} }
          return 0.0;
        }
        func find\(index)(_ items: Point\(index)[], _ last: Point\(index)*?, table: I64[room]): I64! {
          if var point = last { return point.sum(); }
          if items.length == 0 { fail Error("nothing"); }
          return items[0].sum(by: table[1]) + largest(items.length, \(index));
        }
        func show\(index)(_ named: Named, _ box: Box<Point\(index)>*): String { return named.name() + box.read().name(); }
        func use\(index)(): I64 {
          var point = Point\(index).zero();
          var box = Box<Point\(index)>(item: point, next: null);
          print("\\(show\(index)(point&, box&)) \\(area\(index)(Shape.square(side: 2.0))) \\(Kind\(index).other(point: point))");
          var twice = func (_ n: I64): I64 => n * 2;
          return twice(find\(index)([point], point&, table: [1, 2, 3]) catch { 0 });
        }

        """
      if index == groups / 2 { text += mistake }
    }
    text += "func main() {\n"
    for index in 0..<groups { text += "  print(use\(index)());\n" }
    return text + "}\n"
  }

  private func compile(_ text: String, threads: Int, optimize: Bool) -> (module: [UInt8]?, reports: [String]) {
    var options = CompilerOptions()
    options.threads = threads
    options.optimize = optimize
    let compilation = Compilation(options: options)
    var module: [UInt8]?
    #expect(Array(text.utf8).withUnsafeBufferPointer { compilation.add(path: "test.zong", contents: $0) })
    Parallel.onDeepStack { module = compilation.compile()?.array }
    compilation.finishDiagnostics()
    return (module, compilation.diagnostics.items.map { "\($0.span) \($0.message) \($0.notes)" })
  }

  @Test(arguments: [false, true])
  func theBytesAreTheSame(optimize: Bool) throws {
    let text = program(groups: optimize ? 40 : 400)
    let one = compile(text, threads: 1, optimize: optimize)
    #expect(one.reports == [])
    let module = try #require(one.module)
    for threads in [2, 3, 8] {
      #expect(compile(text, threads: threads, optimize: optimize).module == module)
    }
  }

  @Test func theReportsAreTheSame() {
    let mistake = """
      func wrong(_ a: Nothing, _ a: I64[-1], b: Shape<I64>, c: I64!): I64??? { return; }
      func wrong(_ point: Point0*, _ point: Point0): Named { return point; }
      struct Loop(inner: Loop);

      """
    let text = program(groups: 400, mistake: mistake)
    let one = compile(text, threads: 1, optimize: false)
    #expect(one.module == nil && one.reports.count > 5)
    for threads in [2, 3, 8] { #expect(compile(text, threads: threads, optimize: false).reports == one.reports) }
  }
}
