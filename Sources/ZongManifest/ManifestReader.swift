// From a TOML table to a manifest: which keys there are, and what their values may be.

import ZongSyntax

struct ManifestReader {
  private let file: SourceFile
  private let isHost: (String) -> Bool
  private(set) var diagnostics = Diagnostics()
  private var manifest = Manifest()

  init(_ file: SourceFile, isHost: @escaping (String) -> Bool) {
    self.file = file
    self.isHost = isHost
  }

  private static let keys = ["name", "version", "entry", "permissions", "limits"]
  private static let limitKeys = [
    "max-memory", "timeout", "max-stack", "max-open-files", "max-output", "max-fuel", "max-processes",
  ]
  private static let permissionKeys = PermissionKind.allCases.flatMap {
    ["allow-\($0.rawValue)", "deny-\($0.rawValue)"]
  }

  mutating func read(_ table: TomlTable) -> Manifest {
    for item in table.items {
      switch item.key {
      case "name": manifest.name = text(item, "letters, digits, - and _, with a letter first", isName)
      case "version": manifest.version = text(item, "three numbers, such as 1.4.0", isVersion)
      case "entry": manifest.entry = text(item, "a path in the project's folder", isInnerPath)
      case "permissions": readTable(item) { $0.permission($1) }
      case "limits": readTable(item) { $0.limit($1) }
      default: unknown(item, among: Self.keys)
      }
    }
    return manifest
  }

  // MARK: Mistakes

  private mutating func unknown(_ item: TomlItem, among keys: [String]) {
    diagnostics.report(.manifestKey, at: file.span(item.span), "a manifest has no key \(item.key) here") {
      if let near = nearestName(to: item.key, among: keys) {
        $0.fixIts.append(FixIt("did you mean \(near)?", at: file.span(item.span), replacement: near))
      } else {
        $0.notes.append("the keys are \(keys.joined(separator: ", "))")
      }
    }
  }

  private mutating func wrong(_ key: String, _ value: TomlValue, _ expected: String) {
    diagnostics.report(
      .manifestValue, at: file.span(value.span), "\(key) is \(expected)", label: "this is \(value.kind)")
  }

  private mutating func readTable(_ item: TomlItem, _ read: (inout ManifestReader, TomlItem) -> Void) {
    guard case .table(let table) = item.value.content else { return wrong(item.key, item.value, "a table") }
    for inner in table.items { read(&self, inner) }
  }

  // MARK: Texts

  private mutating func text(_ item: TomlItem, _ expected: String, _ isRight: (String) -> Bool) -> String? {
    guard case .text(let text) = item.value.content else {
      wrong(item.key, item.value, "a text: \(expected)")
      return nil
    }
    if isRight(text) { return text }
    diagnostics.report(.manifestValue, at: file.span(item.value.span), "\(item.key) is \(expected)")
    return nil
  }

  private func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }

  /// `1.4.0`, `1.4.0-beta.2`, `1.4.0+build`.
  private func isVersion(_ text: String) -> Bool {
    let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let release = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = release[0].split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 64 && numbers.count == 3 && numbers.allSatisfy(isNumber)
      && (release.dropFirst() + parts.dropFirst()).allSatisfy(isLabel)
  }

  private func isNumber(_ text: Substring) -> Bool {
    text == "0" || text.utf8.first != UInt8(ascii: "0") && !text.isEmpty && text.utf8.allSatisfy(isDigit)
  }

  /// Words with dots between them.
  private func isLabel(_ text: Substring) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// A path that leads to something in the folder that it begins in.
  private func isInnerPath(_ text: String) -> Bool {
    let names = text.split(separator: "/", omittingEmptySubsequences: false)
    return isPlain(text) && names.allSatisfy { !$0.isEmpty && $0 != ".." } && text.utf8.count < 4096
  }

  /// Neither empty nor with characters that end names for the system.
  private func isPlain(_ text: String) -> Bool { !text.isEmpty && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

  // MARK: Permissions

  private mutating func permission(_ item: TomlItem) {
    for kind in PermissionKind.allCases {
      if item.key == "allow-\(kind.rawValue)" {
        if let names = names(item, kind) { manifest.permissions.allowed[kind] = names }
        return
      }
      if item.key == "deny-\(kind.rawValue)" {
        if let names = names(item, kind) { manifest.permissions.denied[kind] = names }
        return
      }
    }
    unknown(item, among: Self.permissionKeys)
  }

  /// `true`, or a list of names; null for `false`, which says nothing.
  private mutating func names(_ item: TomlItem, _ kind: PermissionKind) -> PermissionNames? {
    let elements =
      switch kind {
      case .read, .write: "paths"
      case .environment: "names, such as HOME or LC_*"
      case .program: "programs, such as git or tools/check"
      case .network: "hosts, such as example.com:443 or *.example.com"
      }
    let expected = "a list of \(elements), or true for all"
    switch item.value.content {
    case .boolean(let isAll): return isAll ? PermissionNames(all: true) : nil
    case .list(let list):
      var result: [String] = []
      for element in list {
        if case .text(let text) = element.content, isPlain(text), kind != .network || isHost(text) {
          result.append(text)
        } else {
          wrong(item.key, element, expected)
        }
      }
      return PermissionNames(result)
    default:
      wrong(item.key, item.value, expected)
      return nil
    }
  }

  // MARK: RunLimits

  private mutating func limit(_ item: TomlItem) {
    switch item.key {
    case "max-memory": manifest.limits.maxMemory = size(item)
    case "max-output": manifest.limits.maxOutput = size(item).map { UInt64(clamping: $0) }
    case "max-stack": manifest.limits.maxStack = stackSize(item)
    case "max-open-files": manifest.limits.maxOpenFiles = count(item)
    case "max-processes": manifest.limits.maxProcesses = count(item)
    case "max-fuel": manifest.limits.maxFuel = count(item).map { UInt64(clamping: $0) }
    case "timeout": manifest.limits.timeout = seconds(item)
    default: unknown(item, among: Self.limitKeys)
    }
  }

  private mutating func size(_ item: TomlItem) -> Int? {
    switch item.value.content {
    case .integer(let value) where value >= 0: return Int(clamping: value)
    case .text(let text): if let bytes = byteCount(text) { return bytes }
    default: break
    }
    wrong(item.key, item.value, "a size, such as \"64M\", or a number of bytes")
    return nil
  }

  private mutating func stackSize(_ item: TomlItem) -> Int? {
    guard let size = size(item) else { return nil }
    if RunLimits.stackSizes.contains(size) { return size }
    wrong(item.key, item.value, "between \"64K\" and \"1G\"")
    return nil
  }

  private mutating func count(_ item: TomlItem) -> Int? {
    if case .integer(let value) = item.value.content, value >= 0 { return Int(clamping: value) }
    wrong(item.key, item.value, "a whole number from 0 on")
    return nil
  }

  private mutating func seconds(_ item: TomlItem) -> Double? {
    let text: String? =
      switch item.value.content {
      case .integer(let value): String(value)
      case .number(let value): String(value)
      case .text(let value): value
      default: nil
      }
    if let seconds = text.flatMap(secondCount) { return seconds }
    wrong(item.key, item.value, "a time, such as \"100ms\" or 2.5 for seconds")
    return nil
  }
}
