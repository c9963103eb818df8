// "Did you mean": the nearest of the names that would have been right.

/// The best of `candidates` for a mistyped `name`: by the restricted Damerau-Levenshtein distance (optimal string
/// alignment), ignoring case first; null if none is within a third of the name's length.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.utf8.prefix(64))
  // A short name has no near one: any other letter is as good.
  let limit = wanted.count < 3 ? 0 : wanted.count / 3
  var best: String?
  var bestDistance = limit + 1
  var tried = 0
  for candidate in candidates where candidate != name {
    tried += 1
    if tried > 2_000 { break }
    if candidate.lowercased() == name.lowercased() { return candidate }
    let length = candidate.utf8.count
    if abs(length - wanted.count) >= bestDistance || length > 64 { continue }
    let distance = editDistance(wanted, Array(candidate.utf8))
    if distance < bestDistance || (distance == bestDistance && candidate < (best ?? "")) {
      best = candidate
      bestDistance = distance
    }
  }
  return bestDistance <= limit ? best : nil
}

/// Those of `candidates` that go on where `name` ends, with a word more: `readFile` for `read`. Sorted, and at most six.
private func longerNames(of name: String, among candidates: [String]) -> [String] {
  let found = candidates.filter { candidate in
    guard candidate.hasPrefix(name) else { return false }
    let next = candidate.utf8.dropFirst(name.utf8.count).first ?? 0
    return next >= UInt8(ascii: "A") && next <= UInt8(ascii: "Z")
  }
  return found.isEmpty ? [] : Array(found.sorted().prefix(6))
}

extension Diagnostic {
  /// Says what was meant by `written`, which the diagnostic underlines: the nearest of the `known` names; or which there
  /// are, if they are few; or those that begin like it. `listing` stands before them: "it has".
  package mutating func suggest(_ written: String, among known: [String], listing: String) {
    if let near = nearestName(to: written, among: known) { return suggest(near) }
    let shown = known.count <= 12 ? known : longerNames(of: written, among: known)
    if shown.isEmpty { return }
    notes = ["\(known.count <= 12 ? listing : "there are") \(shown.map { "`\($0)`" }.joined(separator: ", "))"]
  }

  /// Says that what the diagnostic underlines may have been meant as `name`.
  package mutating func suggest(_ name: String) {
    label = "did you mean `\(name)`?"
    fixIts = [FixIt("write `\(name)`", at: span, replacement: name)]
  }
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var before = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
      row.append(cost)
    }
    before = previous
    previous = row
  }
  return previous[b.count]
}
