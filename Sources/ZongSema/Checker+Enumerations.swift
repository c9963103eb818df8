// Enums: their layout, and the values that are made of their cases.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Layout

  /// Resolves the fields of an enum's cases and lays it out, if that hasn't been done: the fields of each case lie
  /// behind the tag. Without fields it is a scalar.
  func layOut(_ id: EnumerationId) {
    let info = declarations.enumerations[id.index]
    if info.state != .pending { return }
    declarations.enumerations[id.index].state = .underway
    layingOut(info.type, in: info.part) {
      var whole = Layout(size: UInt64(info.tagSize), alignment: info.tagSize, hasZero: false)
      var sizes: [Layout] = []
      var hasFields = false
      withTypeArguments(of: info.instance) {
        for index in 0..<Int(info.caseCount) {
          let enumCase = declarations.enumCase(info, index)
          var layout = Layout(size: UInt64(info.tagSize))
          for field in 0..<Int(enumCase.fieldCount) { layOutField(enumCase.firstField, field, &layout) }
          hasFields = hasFields || enumCase.fieldCount > 0
          sizes.append(layout)
          whole.size = max(whole.size, layout.size)
          whole.alignment = max(whole.alignment, layout.alignment)
        }
      }
      reportCaseNames(info)
      finishLayout(info.type, token: view[info.node].token, whole, leaves: hasFields ? 0 : 1)
      declarations.enumerations[id.index].tagWidth = hasFields ? separateTag(info, whole, sizes) : info.tagSize
      declarations.enumerations[id.index].state = .done
    }
  }

  /// Moves the fields of each case away from the tag as far as the enum doesn't grow by it, so that the tag has a word of
  /// its own in as many enums as can be. Returns the width of the tag, a power of two that no case has a field in.
  private func separateTag(_ info: EnumerationInfo, _ whole: Layout, _ layouts: [Layout]) -> UInt32 {
    let alignment = UInt64(whole.alignment)
    let size = (whole.size + alignment - 1) / alignment * alignment
    var first = whole.alignment
    for (index, layout) in layouts.enumerated() {
      let enumCase = declarations.enumCase(info, index)
      let fields = Int(enumCase.firstField)..<Int(enumCase.firstField + enumCase.fieldCount)
      guard let start = fields.map({ declarations.fields[$0].offset }).min(), start < whole.alignment else { continue }
      let step = max(layout.alignment, 1)
      let room = UInt32(clamping: size - min(layout.size, size))
      let distance = min(whole.alignment - start, room) / step * step
      for field in fields { declarations.fields[field].offset &+= distance }
      first = min(first, start + distance)
    }
    var width = info.tagSize
    while width * 2 <= first { width *= 2 }
    return width
  }

  private func reportCaseNames(_ info: EnumerationInfo) {
    if info.caseCount == 0, !view[info.node].flags.contains(.damaged) {
      report(.noZeroValue, token: view[info.node].token, "an enum needs at least one case") {
        $0.notes = ["there would be no value of it"]
      }
    }
    var seen: [NameId: NodeId] = [:]
    for index in 0..<Int(info.caseCount) {
      let enumCase = declarations.enumCase(info, index)
      guard let first = seen.updateValue(enumCase.node, forKey: enumCase.name) else { continue }
      report(
        .redeclared, token: view[enumCase.node].token,
        "two cases of `\(text(info.name))` are named `\(text(enumCase.name))`"
      ) { $0.labels = [Label(self.tokens.span(of: self.view[first].token), "the first")] }
    }
  }

  func checkFieldDefaults(_ id: EnumerationId) {
    let info = declarations.enumerations[id.index]
    for index in 0..<Int(info.caseCount) {
      let enumCase = declarations.enumCase(info, index)
      checkFieldDefaults(enumCase.firstField, enumCase.fieldCount, info.part)
    }
  }

  // MARK: Cases

  /// The enum that a type is, or null.
  func enumeration(_ type: TypeId) -> EnumerationInfo? {
    let info = types[type]
    return info.kind == .enumeration ? declarations.enumerations[info.a] : nil
  }

  /// The index of an enum's case, or null.
  func caseIndex(_ name: NameId, of type: TypeId) -> Int? {
    guard let info = enumeration(type) else { return nil }
    for index in 0..<Int(info.caseCount) where declarations.enumCase(info, index).name == name { return index }
    return nil
  }

  func caseNames(_ type: TypeId) -> [String] {
    guard let info = enumeration(type) else { return [] }
    return (0..<Int(info.caseCount)).map { text(declarations.enumCase(info, $0).name) }
  }

  /// `Shape.circle(radius: 1.0)`
  func makeCase(_ id: NodeId, _ node: Node, _ type: TypeId, _ index: Int) -> Expr {
    guard let info = enumeration(type) else { return .error }
    let enumCase = declarations.enumCase(info, index)
    if enumCase.fieldCount == 0 {
      checkArgumentsAlone(node)
      report(.notAFunction, id, "`\(text(enumCase.name))` has no fields; write `\(show(type)).\(text(enumCase.name))`")
      {
        let callee = self.tree.span(of: NodeId(node.a))
        $0.fixIts = [FixIt("remove the parentheses", at: Span(callee.end, $0.span.end), replacement: "")]
      }
      return .error
    }
    guard let list = matchArguments(id, node, caseSignature(info, enumCase)) else {
      return Expr(id: .none, type: .error)
    }
    return Expr(id: emit(.makeCase, type, a: UInt32(index), b: list, at: position(node.token)), type: type)
  }

  /// `Shape.nothing`
  func caseWithoutFields(_ token: TokenId, _ type: TypeId, _ index: Int) -> Expr {
    guard let info = enumeration(type) else { return .error }
    let enumCase = declarations.enumCase(info, index)
    if enumCase.fieldCount > 0 {
      let fields = (0..<Int(enumCase.fieldCount)).map { index in
        let field = declarations.field(enumCase, index)
        return (field.isPositional ? "" : text(field.name) + ": ") + show(field.type)
      }
      let name = text(enumCase.name)
      report(
        .missingArgument, token: token,
        "the case `\(name)` needs its fields: `\(name)(\(fields.joined(separator: ", ")))`")
      return .error
    }
    return Expr(id: emit(.makeCase, type, a: UInt32(index), b: words(0), at: position(token)), type: type)
  }
}
