// The tests of a file: what they are called, where they stand, and the module that holds them, each with an entry of
// its own (`RuntimeExports.test`).

import ZongSema
import ZongSyntax

/// A `test` block. Its index among the file's tests is its number in the module.
package struct TestEntry: Sendable {
  package let name: String
  package let location: Location
}

extension Compilation {
  /// The tests of the file, and if there are any and `generates` the module of them. Null if there were errors.
  package func compileTests(generates: Bool) -> (tests: [TestEntry], module: [UInt8]?)? {
    lex()
    documentedExamples = findExamples()
    parse()
    hasTests = trees.contains { tree in tree.list(of: tree[tree.root]).contains { tree.kind(NodeId($0)) == .test } }
    guard let program = check() else { return nil }
    let declarations = program.declarations
    let tests = declarations.tests.map { id in
      let info = declarations.functions[id.index]
      let place = declarations.parts[Int(info.part.index)].tokens.position(of: info.nameToken)
      return TestEntry(name: program.names.text(of: info.name), location: sources.location(of: place))
    }
    if tests.isEmpty || !generates { return (tests, nil) }
    guard let module = generate(program) else { return nil }
    return (tests, module.array)
  }
}
