// `zong permissions`: what a program can need to be allowed, found over the whole program without running it.
//
// Where the standard library reaches outside it calls a marker (`system.mayRead` and the others there)
// with the path or name. From there the search goes up the calls: an argument that is a constant is known; one that is the caller's
// own parameter is what its callers give; anything else is known only when the program runs. A need ends at the first call
// in the user's files, and goes further up there only as long as it is a parameter.

import ZongStores
import ZongSyntax

/// Something that a program can need to be allowed.
package struct NeededPermission: Hashable, Sendable {
  package enum Kind: UInt8, Sendable, CaseIterable { case read, write, variable, network, program }
  package let kind: Kind
  /// The path or name; null if it is known only when the program runs.
  package let value: String?
  /// The call that needs it, in the user's files; none where the program gets there by another way than calls.
  package let position: Position
}

package struct PermissionSearch {
  /// What a function needs when it is called.
  private struct Need: Hashable {
    enum Source: Hashable {
      /// What is given for a parameter, by its index.
      case parameter(UInt32)
      /// The first element of the list that is given for a parameter.
      case first(UInt32)
      case text(String)
      case number(UInt64)
      case unknown

      /// It is what a caller gives.
      var isGiven: Bool {
        switch self {
        case .parameter, .first: true
        case .text, .number, .unknown: false
        }
      }
    }
    let kind: NeededPermission.Kind
    let form: Form
    var source: Source
    /// Of a place on the network; else unknown.
    var port = Source.unknown
  }

  /// What a marker is given, and what of that is needed.
  private enum Form {
    case plain
    /// A path: the folder in which it lies.
    case folder
    /// A list: its first element.
    case list
    /// A machine and a port.
    case place
    /// The address of a page: its machine and its port.
    case address
  }

  /// A call: the node in the code of its caller.
  private struct Call {
    let caller: FunctionId
    let node: TypedId
  }

  private let program: TypedProgram
  private let declarations: Declarations
  /// The calls of each function, by its id.
  private var calls: [UInt32: [Call]] = [:]
  /// Variables that are given a value once, where they are declared: by function and local, the value's node.
  private var constants: [UInt64: TypedId] = [:]
  private var known: [UInt32: Set<Need>] = [:]
  private var open: [(FunctionId, Need)] = []
  private var found: Set<NeededPermission> = []
  /// Functions that are also called by way of function values, interfaces and exports, with whatever arguments.
  private let calledOtherwise: Set<FunctionId>

  private init(_ program: TypedProgram) {
    self.program = program
    declarations = program.declarations
    let reachable = program.reachable
    let exported = reachable.functions.filter { program.declarations.functions[$0.index].isExported }
    calledOtherwise = Set(reachable.tabled + exported + reachable.conformances.flatMap(\.methods))
  }

  /// What a program can need, in the order of the places; the same need at the same place once.
  package static func run(_ program: TypedProgram) -> [NeededPermission] {
    var search = PermissionSearch(program)
    for function in program.reachable.functions { search.scan(function) }
    search.begin()
    while let (function, need) = search.open.popLast() { search.passOn(function, need) }
    return search.found.sorted {
      ($0.position.offset, $0.kind.rawValue, $0.value ?? "") < ($1.position.offset, $1.kind.rawValue, $1.value ?? "")
    }
  }

  // MARK: Reading the code

  /// Takes down the calls and the constant variables of a function, those of the functions inside it left out.
  private mutating func scan(_ function: FunctionId) {
    let info = declarations.functions[function.index]
    guard info.isChecked, info.endNode > info.firstNode else { return }
    let code = program.codes[Int(info.code)]
    var changed: Set<UInt32> = []
    var declared: [UInt32: TypedId] = [:]
    var index = info.endNode
    while index > info.firstNode {
      index -= 1
      let node = code[TypedId(index)]
      switch node.op {
      case .nestedFunction: index = max(node.a, info.firstNode)
      case .call: calls[node.a, default: []].append(Call(caller: function, node: TypedId(index)))
      case .declare: declared[node.a] = TypedId(node.b)
      case .assign, .compoundAssign:
        let place = code[TypedId(node.a)]
        if place.op == .local { changed.insert(place.a) }
      default: break
      }
    }
    for (local, value) in declared where !changed.contains(local) && value.exists {
      if !code.locals[info.firstLocal + local].isAddressTaken { constants[key(function, local)] = value }
    }
    // A parameter that is assigned isn't what was given.
    for local in changed { constants[key(function, local)] = TypedId.none }
  }

  private func key(_ function: FunctionId, _ local: UInt32) -> UInt64 { UInt64(function.index) << 32 | UInt64(local) }

  // MARK: The search

  private static let markers: [(name: String, kinds: [NeededPermission.Kind], form: Form)] = [
    ("mayRead", [.read], .plain), ("mayWrite", [.write], .plain), ("mayReplace", [.read, .write], .folder),
    ("mayUseVariable", [.variable], .plain), ("mayLookUp", [.network], .plain), ("mayConnect", [.network], .place),
    ("mayAsk", [.network], .address), ("mayRun", [.program], .list),
  ]

  private mutating func begin() {
    for function in program.reachable.functions {
      let info = declarations.functions[function.index]
      let part = declarations.parts[Int(info.part.index)]
      if info.isLibrary, declarations.modules[Int(part.module.index)].name == "system",
        let marker = PermissionSearch.markers.first(where: { program.names.text(of: info.name) == $0.name })
      {
        for kind in marker.kinds {
          let source = marker.form == .list ? Need.Source.first(0) : .parameter(0)
          let port = marker.form == .place ? Need.Source.parameter(1) : .unknown
          add(Need(kind: kind, form: marker.form, source: source, port: port), to: function)
        }
      }
      if info.kind == .imported && !part.isLibrary { addImport(info) }
    }
  }

  /// A program that calls WASI by itself can do with paths whatever that can.
  private mutating func addImport(_ info: FunctionInfo) {
    let name = declarations.importNames[Int(info.importName)]
    let position = declarations.parts[Int(info.part.index)].tokens.span(of: info.nameToken).start
    var kinds: [NeededPermission.Kind] = []
    if name.hasPrefix("path_") { kinds = [.read, .write] }
    if name.hasPrefix("environ_") { kinds = [.variable] }
    if name.hasPrefix("net_") { kinds = [.network] }
    if name.hasPrefix("process_") { kinds = [.program] }
    for kind in kinds { append(kind, nil, position) }
  }

  private mutating func add(_ need: Need, to function: FunctionId) {
    if known[function.index, default: []].insert(need).inserted { open.append((function, need)) }
  }

  /// What a need of a function is to those that call it.
  private mutating func passOn(_ function: FunctionId, _ need: Need) {
    for call in calls[function.index] ?? [] {
      var passed = need
      passed.source = given(need.source, by: call)
      passed.port = given(need.port, by: call)
      pass(passed, from: call)
    }
    // A function of the library's own that the program has as a value: nobody knows where it is called.
    if calledOtherwise.contains(function) && isOfLibrary(function) { append(need.kind, nil, .none) }
  }

  private func given(_ source: Need.Source, by call: Call) -> Need.Source {
    switch source {
    case .parameter(let index): argument(index, of: call)
    case .first(let index): firstElement(index, of: call)
    case .text, .number, .unknown: source
    }
  }

  private func isOfLibrary(_ function: FunctionId) -> Bool {
    declarations.parts[Int(declarations.functions[function.index].part.index)].isLibrary
  }

  /// A call in the user's files is a place to show, unless it only gives on what it was given itself.
  private mutating func pass(_ need: Need, from call: Call) {
    if isOfLibrary(call.caller) { return add(need, to: call.caller) }
    let position = program.codes[Int(declarations.functions[call.caller.index].code)][call.node].position
    if need.source.isGiven || need.port.isGiven {
      add(need, to: call.caller)
      if !calledOtherwise.contains(call.caller) { return }
    }
    append(need.kind, value(need), position)
  }

  /// What is needed, as an option names it; null if it isn't known.
  private func value(_ need: Need) -> String? {
    guard case .text(let text) = need.source else { return nil }
    switch need.form {
    case .plain, .list: return text
    case .folder: return folder(of: text)
    case .address: return machine(of: text)
    case .place:
      guard case .number(let port) = need.port else { return text }
      return text.utf8.contains(UInt8(ascii: ":")) ? "[\(text)]:\(port)" : "\(text):\(port)"
    }
  }

  /// The machine and the port of a page's address, `https://example.com/page`; null if it has none.
  private func machine(of address: String) -> String? {
    let ports = ["http://": 80, "https://": 443]
    guard let (scheme, port) = ports.first(where: { address.lowercased().hasPrefix($0.key) }) else { return nil }
    let rest = address.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    let host = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
    if host.isEmpty { return nil }
    let isPortGiven = host.hasPrefix("[") ? host.contains("]:") : host.contains(":")
    return isPortGiven ? String(host) : "\(host):\(port)"
  }

  /// The part of a path before its last name.
  private func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private mutating func append(_ kind: NeededPermission.Kind, _ value: String?, _ position: Position) {
    // Nothing is named where a path may be left out.
    if value != "" { found.insert(NeededPermission(kind: kind, value: value, position: position)) }
  }

  /// What a call gives for a parameter.
  private func argument(_ parameter: UInt32, of call: Call) -> Need.Source {
    let code = program.codes[Int(declarations.functions[call.caller.index].code)]
    return node(parameter, of: call, code).map { source($0, in: call.caller, code) } ?? .unknown
  }

  /// What stands first in the list that a call gives for a parameter. Lists change, so only one that is written in the call
  /// itself is known, and what the library passes on.
  private func firstElement(_ parameter: UInt32, of call: Call) -> Need.Source {
    let code = program.codes[Int(declarations.functions[call.caller.index].code)]
    guard let value = node(parameter, of: call, code) else { return .unknown }
    let node = code[value]
    if node.op == .makeSlice, code.extra[node.b] > 0 {
      return source(TypedId(code.extra[node.b + 1]), in: call.caller, code)
    }
    guard isOfLibrary(call.caller), case .parameter(let index) = source(value, in: call.caller, code) else {
      return .unknown
    }
    return .first(index)
  }

  private func node(_ parameter: UInt32, of call: Call, _ code: TypedCode) -> TypedId? {
    let list = code[call.node].b
    for item in 0..<code.extra[list] where code.extra[list + 1 + item * 2] == parameter {
      return TypedId(code.extra[list + 2 + item * 2])
    }
    return nil
  }

  /// What is given for a parameter that the call leaves out.
  private func defaultValue(_ function: FunctionId) -> Need.Source {
    let info = declarations.functions[function.index]
    guard info.kind == .defaultValue, info.body.exists else { return .unknown }
    let code = program.codes[Int(info.code)]
    var node = code[info.body]
    if node.op == .returnValue { node = code[TypedId(node.a)] }
    return node.op == .string ? .text(code.strings.text(of: NameId(node.a))) : .unknown
  }

  /// Where a value comes from.
  private func source(_ value: TypedId, in function: FunctionId, _ code: TypedCode) -> Need.Source {
    var value = value
    // Variables that are given one another can't go in a circle: each is declared before it is used.
    for _ in 0..<100 {
      let node = code[value]
      if node.op == .string { return .text(code.strings.text(of: NameId(node.a))) }
      if node.op == .integer { return .number(UInt64(node.a) | UInt64(node.b) << 32) }
      if node.op == .call { return defaultValue(FunctionId(node.a)) }
      guard node.op == .local else { return .unknown }
      let info = declarations.functions[function.index]
      let local = code.locals[info.firstLocal + node.a]
      let constant = constants[key(function, node.a)]
      if local.isParameter { return constant == nil && !local.isAddressTaken ? .parameter(node.a) : .unknown }
      guard let constant, constant.exists else { return .unknown }
      value = constant
    }
    return .unknown
  }
}
