// Which values a list of patterns covers: the usefulness of a pattern behind others, by specialising a matrix of
// patterns constructor by constructor (L. Maranget, "Warnings for pattern matching", JFP 17, 2007). Integers are
// split into ranges at the bounds that occur. The work is bounded: beyond the bound nothing more is claimed to be
// unreachable, and only `_` counts as covering everything.

import ZongStores
import ZongSyntax

struct Coverage {
  private let types: TypeStore
  private let declarations: Declarations
  private let code: TypedCode
  private let names: Interner
  /// The value of an integer constant of a type.
  var integer: (TypedId, TypeId) -> Int128? = { _, _ in nil }
  private var rows: [[Pattern]] = []
  private var coversAll = false
  /// Constants that have been seen, where all patterns so far are constants: no matrix is needed.
  private var seen: Set<Constructor> = []
  private var isFlat = true
  private var steps = 0
  private static let stepLimit = 300_000

  /// What makes a value: an enum's case, true or false, null or something, an integer in a range, one text.
  enum Constructor: Hashable {
    case enumCase(Int)
    case boolean(Bool)
    case null
    case present
    case range(Int128, Int128)
    /// A constant among endlessly many, by its bits or its text.
    case constant(UInt64)
  }

  indirect enum Pattern {
    case any
    case made(Constructor, [Pattern])
  }

  init(types: TypeStore, declarations: Declarations, code: TypedCode, names: Interner) {
    self.types = types
    self.declarations = declarations
    self.code = code
    self.names = names
  }

  // MARK: From typed patterns

  /// The alternatives of a pattern, one by one.
  func alternatives(of id: TypedId) -> [Pattern] {
    let node = code[id]
    switch node.op {
    case .patternAlternatives:
      return (0..<code.extra[node.b]).flatMap { alternatives(of: TypedId(code.extra[node.b + 1 + $0])) }
    case .patternNull: return [.made(.null, [])]
    case .patternPresent: return alternatives(of: TypedId(node.a)).map { .made(.present, [$0]) }
    case .patternCase:
      let fields = (0..<code.extra[node.b]).map { alternatives(of: TypedId(code.extra[node.b + 1 + $0])) }
      return products(fields).map { .made(.enumCase(Int(node.a)), $0) }
    case .patternEqual: return [.made(constant(TypedId(node.a), node.type), [])]
    case .patternRange: return [range(node)]
    default: return [.any]
    }
  }

  private func products(_ lists: [[Pattern]]) -> [[Pattern]] {
    var found: [[Pattern]] = [[]]
    for list in lists {
      if found.count * list.count > 4096 { return [] }
      found = found.flatMap { start in list.map { start + [$0] } }
    }
    return found
  }

  private func constant(_ id: TypedId, _ type: TypeId) -> Constructor {
    let node = code[id]
    if type == .boolean { return .boolean(node.a != 0) }
    if type.isInteger, let value = integer(id, type) { return .range(value, value) }
    return .constant(UInt64(node.b) << 32 | UInt64(node.a))
  }

  private func range(_ node: TypedNode) -> Pattern {
    guard node.type.isInteger, let low = integer(TypedId(node.a), node.type),
      let high = integer(TypedId(node.b), node.type)
    else { return .made(.constant(UInt64.max - UInt64(node.a)), []) }
    return .made(.range(low, node.flags == 1 ? high : high - 1), [])
  }

  // MARK: Rows

  /// Adds a pattern; false if those before it match all of it.
  mutating func add(_ pattern: Pattern, _ type: TypeId) -> Bool {
    if coversAll { return false }
    if case .any = pattern {
      let isUseful = rows.isEmpty || uncovered(rows, [.any], [type]) != nil
      coversAll = true
      return isUseful
    }
    guard case .made(let made, let fields) = pattern else { return true }
    if isFlat, fields.allSatisfy({ if case .any = $0 { true } else { false } }), isSingle(made) {
      rows.append([pattern])
      return seen.insert(made).inserted
    }
    isFlat = false
    let isUseful = uncovered(rows, [pattern], [type]) != nil
    rows.append([pattern])
    return isUseful
  }

  /// Whether the constructor has no parts that another pattern could cover.
  private func isSingle(_ made: Constructor) -> Bool {
    if case .range(let low, let high) = made { return low == high }
    return true
  }

  /// Values that no row covers, as patterns; a few of them if there are many.
  mutating func missing(_ type: TypeId) -> [String] {
    if coversAll { return [] }
    var found: [String] = []
    while found.count < 9, let witness = uncovered(rows, [.any], [type])?.first {
      let shown = show(witness, type)
      if steps > Coverage.stepLimit || found.contains(shown) { return found.isEmpty ? ["_"] : found }
      found.append(shown)
      rows.append([witness])
      if case .any = witness { break }
    }
    return found
  }

  // MARK: Usefulness

  /// Values that `query` matches and no row does, or null. `query` and all rows have one pattern for each type.
  private mutating func uncovered(_ rows: [[Pattern]], _ query: [Pattern], _ columns: [TypeId]) -> [Pattern]? {
    steps += 1 + rows.count / 8
    if query.isEmpty { return rows.isEmpty ? [] : nil }
    if steps > Coverage.stepLimit { return [Pattern](repeating: .any, count: query.count) }
    let type = columns[0]
    switch query[0] {
    case .made(let made, let fields):
      for piece in pieces(of: made, rows) {
        if let rest = specialised(piece, fields, rows, query, columns) { return rest }
      }
      return nil
    case .any:
      let all = allConstructors(type, rows)
      let absent = all.flatMap { absentConstructor($0, rows) }
      guard let all, absent == nil else {
        // A constructor that no row names: only the rows that take anything can cover it.
        let others = rows.filter { if case .any = $0[0] { true } else { false } }.map { Array($0.dropFirst()) }
        guard let rest = uncovered(others, Array(query.dropFirst()), Array(columns.dropFirst())) else { return nil }
        return [witness(absent, type, rows)] + rest
      }
      for made in all {
        guard case .made(_, let fields) = filled(made, type) else { continue }
        if let rest = specialised(made, fields, rows, query, columns) { return rest }
      }
      return nil
    }
  }

  /// What stands for a value that no row names: a constructor beside those that are named, else anything.
  private func witness(_ absent: Constructor?, _ type: TypeId, _ rows: [[Pattern]]) -> Pattern {
    guard let absent, rows.contains(where: { if case .made = $0[0] { true } else { false } }) else { return .any }
    return filled(absent, type)
  }

  /// A constructor with anything in it.
  private func filled(_ made: Constructor, _ type: TypeId) -> Pattern {
    .made(made, [Pattern](repeating: .any, count: fieldTypes(made, type).count))
  }

  private mutating func specialised(
    _ made: Constructor, _ fields: [Pattern], _ rows: [[Pattern]], _ query: [Pattern], _ columns: [TypeId]
  ) -> [Pattern]? {
    let inner = fieldTypes(made, columns[0])
    steps += rows.count / 8
    var remaining: [[Pattern]] = []
    for row in rows {
      switch row[0] {
      case .any: remaining.append([Pattern](repeating: .any, count: inner.count) + row.dropFirst())
      case .made(let other, let parts) where covers(other, made): remaining.append(parts + row.dropFirst())
      default: break
      }
    }
    guard let found = uncovered(remaining, fields + query.dropFirst(), inner + columns.dropFirst()) else { return nil }
    return [.made(made, Array(found.prefix(inner.count)))] + found.dropFirst(inner.count)
  }

  private func covers(_ a: Constructor, _ b: Constructor) -> Bool {
    if case .range(let low, let high) = a, case .range(let first, let last) = b { return low <= first && last <= high }
    return a == b
  }

  /// A range, cut where the rows' ranges begin and end; anything else as it is.
  private func pieces(of made: Constructor, _ rows: [[Pattern]]) -> [Constructor] {
    guard case .range(let low, let high) = made else { return [made] }
    var starts: Set<Int128> = [low]
    for row in rows {
      if case .made(.range(let first, let last), _) = row[0] {
        if first > low && first <= high { starts.insert(first) }
        if last >= low && last < high { starts.insert(last + 1) }
      }
    }
    let sorted = starts.sorted()
    return sorted.indices.map { .range(sorted[$0], $0 + 1 < sorted.count ? sorted[$0 + 1] - 1 : high) }
  }

  /// All constructors of a type, or null if they are endlessly many, or none of them occurs.
  private func allConstructors(_ type: TypeId, _ rows: [[Pattern]]) -> [Constructor]? {
    let info = types[type]
    if type == .boolean { return [.boolean(true), .boolean(false)] }
    if info.kind == .enumeration { return (0..<Int(declarations.enumerations[info.a].caseCount)).map { .enumCase($0) } }
    if info.kind == .optional { return [.null, .present] }
    guard type.isInteger, rows.contains(where: { if case .made = $0[0] { true } else { false } }) else { return nil }
    let range = type.integerRange
    return pieces(of: .range(range.lowerBound, range.upperBound), rows)
  }

  /// The first of all constructors that no row's first pattern has.
  private func absentConstructor(_ all: [Constructor], _ rows: [[Pattern]]) -> Constructor? {
    var named: Set<Constructor> = []
    for row in rows {
      if case .made(let made, _) = row[0] {
        if case .range = made { named.formUnion(pieces(of: made, rows)) } else { named.insert(made) }
      }
    }
    return all.first { !named.contains($0) }
  }

  private func fieldTypes(_ made: Constructor, _ type: TypeId) -> [TypeId] {
    switch made {
    case .present: return [types[type].element]
    case .enumCase(let index):
      let enumCase = declarations.enumCase(declarations.enumerations[types[type].a], index)
      return (0..<Int(enumCase.fieldCount)).map { declarations.field(enumCase, $0).type }
    default: return []
    }
  }

  // MARK: Words

  private func show(_ pattern: Pattern, _ type: TypeId, isNested: Bool = false) -> String {
    guard case .made(let made, let fields) = pattern else { return "_" }
    switch made {
    case .null: return "null"
    case .present:
      return fields.first.map { show($0, types[type].element, isNested: isNested) } ?? "_"
    case .boolean(let value): return value ? "true" : "false"
    case .range(let low, let high): return low == high ? "\(low)" : "\(low)..=\(high)"
    case .constant: return "_"
    case .enumCase(let index):
      let enumCase = declarations.enumCase(declarations.enumerations[types[type].a], index)
      let name = names.text(of: enumCase.name)
      // Inside of a case a bare name would bind.
      if fields.isEmpty { return isNested ? name + "()" : name }
      let shown = fields.enumerated().map {
        show($0.element, declarations.field(enumCase, $0.offset).type, isNested: true)
      }
      return "\(name)(\(shown.joined(separator: ", ")))"
    }
  }
}
