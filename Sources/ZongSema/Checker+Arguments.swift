// Arguments of calls, matched to the parameters of a function or the fields of a struct: by position, by name, and the
// defaults for what isn't given (LANGUAGE.md, 4).

import ZongStores
import ZongSyntax

/// What a call's arguments are matched to: a function's parameters or a struct's fields.
struct Signature {
  enum Source { case parameters, fields }
  let source: Source
  /// A method's receiver, a pointer: it goes to parameter 0, and `first` is the parameter behind it.
  var receiver = TypedId.none
  let first: UInt32
  let count: Int
  let name: NameId
  /// Where it is declared.
  let part: PartId
  let nameToken: TokenId
}

/// How far the arguments of a call have been matched with its parameters.
struct ArgumentMatching {
  /// The parameters that have an argument.
  var given = LocalSet()
  var nextPositional = 0
  var namedSeen = false
  /// Something was wrong, and is reported.
  var failed = false
}

extension Checker {
  /// Matches a call's arguments to a signature and returns the list for typed code, or null after an error.
  func matchArguments(_ id: NodeId, _ node: Node, _ signature: Signature) -> UInt32? {
    let mark = scratch.count
    let offset: UInt32 = signature.receiver.exists ? 1 : 0
    if signature.receiver.exists {
      scratch.append(0)
      scratch.append(signature.receiver.index)
    }
    var matching = ArgumentMatching()
    for argument in argumentNodes(node) {
      guard let (index, valueNode) = match(argument, signature, &matching) else { continue }
      let type = parameterType(signature, index)
      let name = parameterName(signature, index)
      let expr = value(valueNode, wanted: type)
      let converted = coerce(expr, to: type, valueNode, signature.source == .fields ? .field(name) : .argument(name))
      if converted.type == .error { matching.failed = true }
      scratch.append(UInt32(index) + offset)
      scratch.append(converted.id.index)
    }
    if !addDefaults(id, node, signature, matching.given, quiet: matching.failed) { matching.failed = true }
    let list = takeList(from: mark, wordsPerItem: 2)
    return matching.failed ? nil : list
  }

  /// The parameter that the next argument of a call is for, and the argument's value. Null after an error, when the value
  /// has been checked by itself.
  @inline(__always)
  func match(_ argument: NodeId, _ signature: Signature, _ matching: inout ArgumentMatching) -> (Int, NodeId)? {
    let valueNode = view.kind(argument) == .argument ? NodeId(view[argument].a) : argument
    guard let index = matchParameter(argument, signature, &matching) else {
      matching.failed = true
      _ = expression(valueNode)
      return nil
    }
    if matching.given.contains(index) {
      reportDuplicate(argument, signature, index)
      matching.failed = true
    }
    matching.given.insert(index)
    return (index, valueNode)
  }

  @inline(__always)
  private func matchParameter(
    _ argument: NodeId, _ signature: Signature, _ matching: inout ArgumentMatching
  ) -> Int? {
    if view.kind(argument) == .argument {
      matching.namedSeen = true
      return matchNamed(argument, signature)
    }
    let matched = matchPositional(argument, signature, matching.nextPositional, namedSeen: matching.namedSeen)
    // What couldn't be read is perhaps no argument; there is no counting on from it.
    matching.nextPositional += view.kind(argument) == .error ? signature.count + 1 : 1
    return matched
  }

  private func matchNamed(_ argument: NodeId, _ signature: Signature) -> Int? {
    let token = view[argument].token
    let name = view.nameOf(token)
    let isReported = view[argument].flags.contains(.damaged)
    for index in 0..<signature.count where parameterName(signature, index) == name {
      checkVisible(name, of: signature.part, token)
      if isPositional(signature, index) {
        if isReported { return nil }
        report(.argumentByName, token: token, "`\(text(name))` is given by position, without its name") {
          let valueStart = self.tree.span(of: NodeId(self.view[argument].a)).start
          $0.fixIts = [FixIt("remove the name", at: Span($0.span.start, valueStart), replacement: "")]
        }
        return nil
      }
      return index
    }
    if isReported { return nil }
    let kind = signature.source == .fields ? "field" : "parameter"
    report(.unknownArgument, token: token, "`\(text(signature.name))` has no \(kind) `\(text(name))`") { diagnostic in
      let known = (0..<signature.count).filter { !self.isPositional(signature, $0) }.map {
        self.text(self.parameterName(signature, $0))
      }
      diagnostic.suggest(self.text(name), among: known, listing: "its \(kind)s are")
      self.addDeclarationLabel(&diagnostic, signature)
    }
    return nil
  }

  private func matchPositional(_ argument: NodeId, _ signature: Signature, _ index: Int, namedSeen: Bool) -> Int? {
    if namedSeen {
      report(.argumentOrder, argument, "an argument without a name can't follow one with a name") {
        guard let name = self.nameMeant(argument, signature) else { return }
        let start = $0.span.start
        $0.fixIts = [FixIt("write `\(name): \(name)`", at: Span(start, start), replacement: "\(name): ")]
      }
      return nil
    }
    guard index < signature.count else {
      if index == signature.count {
        let what = signature.source == .fields ? "field" : "argument"
        let count = signature.count
        let takes = count == 0 ? "no \(what)s" : count == 1 ? "only one \(what)" : "only \(count) \(what)s"
        report(.tooManyArguments, argument, "`\(text(signature.name))` takes \(takes)") {
          self.addDeclarationLabel(&$0, signature)
        }
      }
      return nil
    }
    if signature.source == .fields && !isPositional(signature, index) {
      if isHidden(parameterName(signature, index), of: signature.part) {
        reportHiddenFields(argument, signature, isFirst: index == 0)
        return nil
      }
      let name = text(parameterName(signature, index))
      report(.missingArgument, argument, "the fields of `\(text(signature.name))` are given by name") {
        $0.fixIts = [FixIt("name it `\(name)`", at: Span($0.span.start, $0.span.start), replacement: "\(name): ")]
      }
      return nil
    }
    return index
  }

  /// `Set([1, 2])`, of a type whose fields are its own.
  private func reportHiddenFields(_ argument: NodeId, _ signature: Signature, isFirst: Bool) {
    guard isFirst else { return }
    let name = text(signature.name)
    report(.missingArgument, argument, "the fields of `\(name)` are its own, and can't be given") {
      guard case .symbol(let symbol) = self.lookupType(signature.name) else { return }
      let type = self.declaredType(symbol)
      let parameters = self.writtenParameters(of: type).map { self.text($0.name) }.joined(separator: ", ")
      let makers = self.methodNames(type, areStatic: true).filter { !$0.hasPrefix("_") }
      let empty = parameters.isEmpty ? "\(name)()" : "\(name)<\(parameters)>()"
      $0.notes = ["it is made by `\(empty)`" + (makers.first.map { ", or by `\(name).\($0)(...)`" } ?? "")]
    }
  }

  /// The named parameter that has the same name as the variable that is given.
  private func nameMeant(_ argument: NodeId, _ signature: Signature) -> String? {
    guard view.kind(argument) == .name else { return nil }
    let name = view.nameOf(view[argument].token)
    let isThere = (0..<signature.count).contains {
      !isPositional(signature, $0) && parameterName(signature, $0) == name
    }
    return isThere ? text(name) : nil
  }

  func reportDuplicate(_ argument: NodeId, _ signature: Signature, _ index: Int) {
    let kind = signature.source == .fields ? "field" : "argument"
    report(.duplicateArgument, argument, "the \(kind) `\(text(parameterName(signature, index)))` is given twice")
  }

  /// Adds the defaults of what wasn't given, and reports what has none.
  func addDefaults(_ id: NodeId, _ node: Node, _ signature: Signature, _ given: LocalSet, quiet: Bool) -> Bool {
    var missing: [Int] = []
    for index in 0..<signature.count where !given.contains(index) {
      let defaultValue = parameterDefault(signature, index)
      if defaultValue == .none {
        missing.append(index)
        continue
      }
      refer(to: defaultValue)
      let call = emitCall(defaultValue, parameterType(signature, index), words(0), at: position(node.token))
      scratch.append(UInt32(index) + (signature.receiver.exists ? 1 : 0))
      scratch.append(call.index)
    }
    if missing.isEmpty { return true }
    if quiet { return false }
    let shown = missing.prefix(8).map { index in
      "`\(text(parameterName(signature, index))): \(show(parameterType(signature, index)))`"
    }
    let what = signature.source == .fields ? "field" : "argument"
    let list = shown.joined(separator: ", ") + (missing.count > 8 ? " and \(missing.count - 8) more" : "")
    report(
      .missingArgument, id, "`\(text(signature.name))` is missing the \(what)\(missing.count > 1 ? "s" : "") \(list)"
    ) { self.addDeclarationLabel(&$0, signature) }
    return false
  }

  private func addDeclarationLabel(_ diagnostic: inout Diagnostic, _ signature: Signature) {
    let part = declarations.parts[Int(signature.part.index)]
    if part.isLibrary { return }
    diagnostic.labels.append(Label(part.tokens.span(of: signature.nameToken), "declared here"))
  }

  func parameterName(_ signature: Signature, _ index: Int) -> NameId {
    let at = Int(signature.first) + index
    return signature.source == .fields ? declarations.fields[at].name : declarations.parameters[at].name
  }
  func parameterType(_ signature: Signature, _ index: Int) -> TypeId {
    let at = Int(signature.first) + index
    return signature.source == .fields ? declarations.fields[at].type : declarations.parameters[at].type
  }
  private func isPositional(_ signature: Signature, _ index: Int) -> Bool {
    let at = Int(signature.first) + index
    return signature.source == .fields ? declarations.fields[at].isPositional : declarations.parameters[at].isPositional
  }
  private func parameterDefault(_ signature: Signature, _ index: Int) -> FunctionId {
    let at = Int(signature.first) + index
    return signature.source == .fields ? declarations.fields[at].defaultValue : declarations.parameters[at].defaultValue
  }
}
