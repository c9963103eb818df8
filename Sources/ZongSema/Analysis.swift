// Semantic analysis as a whole: from trees to the typed program. Declares serially, checks the bodies on several
// cores, then finds what is reachable and in which order globals are initialised.

import ZongStores
import ZongSyntax

/// A checked program.
package final class TypedProgram: @unchecked Sendable {
  package let declarations: Declarations
  package let types: TypeStore
  package let names: Interner
  /// Typed code by chunk: one per part, and last that of what is checked serially.
  package let codes: [TypedCode]
  /// What the program can reach; empty if there were errors.
  package var reachable = Reachability()

  init(declarations: Declarations, types: TypeStore, names: Interner, codes: [TypedCode]) {
    self.declarations = declarations
    self.types = types
    self.names = names
    self.codes = codes
  }

  /// The library's function for `function`, or none if the library lacks it.
  package func runtime(_ function: RuntimeFunction) -> FunctionId { reachable.runtime[Int(function.rawValue)] }
}

package enum Analysis {
  /// Checks a program.
  /// - Parameters:
  ///   - files: the program's own file first, and the library's core at the end.
  ///   - threads: how many threads may be used; the result is the same for any number.
  ///   - reportsLeaks: the program ends with a list of what it never freed.
  ///   - isTesting: the program is the `test` blocks of its file, and neither `main` nor its statements.
  ///   - sweeps: the host of the program helps with sweeps.
  package static func check(
    _ files: FileGraph, names: Interner, threads: Int, reportsLeaks: Bool = false, isTesting: Bool = false,
    sweeps: Bool = false,
    into diagnostics: inout Diagnostics
  ) -> TypedProgram {
    let builtins = BuiltinNames(names)
    let runtimeNames = RuntimeFunction.allCases.map { names.intern($0.name) }
    let declarations = Declarations()
    let types = TypeStore()
    files.enter(into: declarations)
    let partCount = declarations.parts.count
    let codes = (0...partCount).map { _ in TypedCode() }
    let program = TypedProgram(declarations: declarations, types: types, names: names, codes: codes)
    if declarations.parts.isEmpty { return program }

    var declarer = Declarer(
      declarations: declarations, types: types, names: names, builtins: builtins,
      isTesting: isTesting)
    declarer.collect()
    diagnostics.append(contentsOf: declarer.diagnostics)

    if case .structure(let id) = declarations.coreSymbols[Names.error] { declarations.errorStructure = id.index }
    let checkers = Checkers(program, builtins, threads: threads)
    let serial = checkers.make(codeIndex: UInt32(partCount))
    resolveDeclarations(declarer, serial, checkers)
    diagnostics.append(contentsOf: serial.diagnostics)
    serial.diagnostics = Diagnostics()

    for chunk in checkBodies(declarer, program, checkers) { diagnostics.append(contentsOf: chunk) }
    if diagnostics.hasErrors { return program }
    let used = checkers.usedImports + [serial.usedImports]

    var search = ReachabilitySearch(program: program, checker: serial)
    program.reachable = search.run(
      runtimeNames: runtimeNames, reportsLeaks: reportsLeaks, isTesting: isTesting, sweeps: sweeps)
    diagnostics.append(contentsOf: serial.finishChunk(into: codes[partCount]))
    EscapeAnalysis(program, of: .locals).run()
    EscapeAnalysis(program, of: .storage).run()
    reportUnusedImports(declarations, names, used, into: &diagnostics)
    return program
  }

  /// Warns of imports that no checker has seen a use of.
  private static func reportUnusedImports(
    _ declarations: Declarations, _ names: Interner, _ used: [[Bool]], into diagnostics: inout Diagnostics
  ) {
    for (index, info) in declarations.imports.enumerated() {
      if declarations.modules[Int(info.importer.index)].isLibrary || used.contains(where: { $0[index] }) { continue }
      // Another file of the library's module that the program's file belongs to, of which little is checked.
      if declarations.parts.contains(where: {
        $0.isLibrary && $0.file.base <= info.span.start.offset && info.span.start.offset < $0.file.end
      }) {
        continue
      }
      diagnostics.report(.unusedImport, at: info.span, "`\(names.text(of: info.name))` is imported, but not used") {
        $0.fixIts = [FixIt("remove the import", at: info.span, replacement: "")]
      }
    }
  }

  /// Everything that the bodies refer to, resolved before them.
  private static func resolveDeclarations(
    _ declarer: Declarer, _ checker: Checker, _ checkers: Checkers
  ) {
    let declarations = checker.declarations
    declarations.reserveInstances()
    checker.waitingConstraints = []
    checker.resolveConstraints()
    for structure in declarer.structures { checker.layOut(structure) }
    for enumeration in declarer.enumerations { checker.layOut(enumeration) }
    for index in declarations.constants.indices { _ = checker.constantValue(ConstantId(UInt32(index))) }
    for function in checkers.resolvePlainSignatures(declarer.functions) { checker.resolveSignature(function) }
    checker.checkInterfaces()
    checker.checkWaitingConstraints()
    for structure in declarer.structures { checker.checkMemberNames(of: declarations.structures[structure.index].type) }
    for id in declarer.enumerations { checker.checkMemberNames(of: declarations.enumerations[id.index].type) }
    for id in declarer.interfaces { checker.checkMemberNames(of: declarations.interfaces[id.index].type) }
    for structure in declarer.structures {
      checker.checkDerivedMethods(of: declarations.structures[structure.index].type)
    }
    for id in declarer.enumerations { checker.checkDerivedMethods(of: declarations.enumerations[id.index].type) }
    for structure in declarer.structures { checker.checkFieldDefaults(structure) }
    for enumeration in declarer.enumerations { checker.checkFieldDefaults(enumeration) }
    if declarations.main != .none { checker.checkMain() }
    for index in 0..<declarations.globals.count { _ = checker.globalType(GlobalId(UInt32(index))) }
    if declarations.main == .none {
      let info = FunctionInfo(kind: .script, name: checker.builtins.main, part: PartId(0), node: .none)
      let script = FunctionId(declarations.functions.add(info))
      // Tests don't run a script's statements, which are checked all the same; its variables are ordinary globals.
      if !declarer.isTesting { declarations.script = script }
      checker.checkScript(script, withVariables: !declarer.isTesting)
    }
  }

  /// Checks the declared functions of the user's parts, a part at a time on several threads; returns what was reported.
  private static func checkBodies(_ declarer: Declarer, _ program: TypedProgram, _ checkers: Checkers) -> [Diagnostics]
  {
    let declarations = program.declarations
    let work = PartsWork(declarer.functions, declarations)
    let results = Results<Diagnostics>(count: work.count)
    for part in 0..<work.count where !work[part].isEmpty { declarations.parts[part].tokens.addReader() }
    Parallel.forEach(work.count, threads: checkers.threads) { part, worker in
      let functions = work[part]
      if functions.isEmpty { return }
      let checker = checkers[worker]
      let tree = declarations.parts[part].tree
      checker.beginChunk(UInt32(part), tree)
      let hasGenerics = declarations.partsWithGenerics[part]
      for function in functions where !hasGenerics || declarations.functions[function.index].instance == 0 {
        checker.checkFunction(function)
      }
      var found = checker.finishChunk(into: program.codes[part])
      if hasGenerics {
        found.append(contentsOf: checker.checkTemplates(Array(functions)))
      } else {
        // The typed code of the next part takes its memory. What a generic part declares is checked anew for each use.
        tree.drop()
        declarations.parts[part].tokens.endReader()
      }
      results[part] = found
    }
    return (0..<work.count).compactMap { results[$0] }
  }
}

/// The functions whose bodies are to be checked, by part.
private final class PartsWork: @unchecked Sendable {
  private var functions = Store<FunctionId>()
  /// Where each part's functions begin, and the last one's end.
  private var starts = Store<Int>()
  /// The parts up to the last one with functions: those of the library come last and have none.
  private(set) var count = 0

  /// Takes the user's functions out of `declared`, which are in the order of their parts.
  init(_ declared: [FunctionId], _ declarations: Declarations) {
    functions.reserve(declared.count)
    starts.reserve(declarations.parts.count + 1)
    for function in declared {
      let info = declarations.functions[function.index]
      guard info.kind == .declared || info.kind == .test, !info.isLibrary else { continue }
      while starts.count <= Int(info.part.index) { starts.append(functions.count) }
      functions.append(function)
    }
    count = starts.count
    starts.append(functions.count)
  }

  subscript(part: Int) -> UnsafeBufferPointer<FunctionId> {
    UnsafeBufferPointer(rebasing: functions.elements[starts[part]..<starts[part + 1]])
  }
}

extension Checker {
  /// The rules for `main` (LANGUAGE.md, 4).
  func checkMain() {
    let info = declarations.functions[declarations.main.index]
    enter(info.part)
    let token = tree[info.node].token
    if info.kind != .declared {
      report(.badMain, token: token, "`main` can't be an `extern` function")
      return
    }
    let argumentsType = types.slice(of: .string)
    let fits =
      info.parameterCount == 0
      || (info.parameterCount == 1 && [argumentsType, .error].contains(declarations.parameter(info, 0).type))
    if !fits {
      report(.badMain, token: token, "`main` takes nothing, or the arguments as `args: String[]`")
    }
    if ![.void, .i32, .error].contains(successType(info.result)) {
      report(.badMain, token: token, "`main` returns nothing, or the exit status as `I32`, not \(quote(info.result))")
    }
  }
}
