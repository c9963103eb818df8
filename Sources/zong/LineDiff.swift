// The difference of two texts by lines, as `diff -u` writes it. Lines that both texts have just once are the fixed points
// (patience diff, by Bram Cohen); what lies between them is compared by the standard library.

/// Two texts, and where they differ.
struct LineDiff {
  /// A run of lines that were replaced: half-open ranges of both texts' lines.
  struct Change {
    let old: Range<Int>
    let new: Range<Int>
  }

  /// Pieces with more lines than this are taken as replaced as a whole, so that time stays linear.
  private static let limit = 1_000
  /// Lines shown around a change.
  private static let context = 3

  let old: [Substring]
  let new: [Substring]
  private(set) var changes: [Change] = []

  init(_ old: String, _ new: String) {
    self.old = Self.lines(old)
    self.new = Self.lines(new)
    var points = fixedPoints()
    points.append((self.old.count, self.new.count))
    var (from, to) = (0, 0)
    for (left, right) in points where left >= from && right >= to {
      compare(from..<left, to..<right)
      (from, to) = (min(left + 1, self.old.count), min(right + 1, self.new.count))
    }
  }

  private static func lines(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Pairs of equal lines that are unique in both texts, the longest sequence that rises in both.
  private func fixedPoints() -> [(Int, Int)] {
    var places: [Substring: (old: Int, new: Int, oldCount: Int, newCount: Int)] = [:]
    for (index, line) in old.enumerated() {
      let seen = places[line]
      places[line] = (index, 0, (seen?.oldCount ?? 0) + 1, 0)
    }
    for (index, line) in new.enumerated() {
      guard let seen = places[line] else { continue }
      places[line] = (seen.old, index, seen.oldCount, seen.newCount + 1)
    }
    let pairs = places.values.filter { $0.oldCount == 1 && $0.newCount == 1 }.map { ($0.old, $0.new) }
    return longestRise(pairs.sorted { $0.0 < $1.0 })
  }

  /// The longest subsequence whose second numbers rise, by patience sorting.
  private func longestRise(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
    var tops: [Int] = []
    var before = [Int](repeating: -1, count: pairs.count)
    for (index, pair) in pairs.enumerated() {
      var (low, high) = (0, tops.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[tops[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
      }
      if low > 0 { before[index] = tops[low - 1] }
      if low == tops.count { tops.append(index) } else { tops[low] = index }
    }
    var result: [(Int, Int)] = []
    var index = tops.last ?? -1
    while index >= 0 {
      result.append(pairs[index])
      index = before[index]
    }
    return result.reversed()
  }

  private mutating func compare(_ left: Range<Int>, _ right: Range<Int>) {
    if left.isEmpty && right.isEmpty { return }
    if left.isEmpty || right.isEmpty || left.count + right.count > Self.limit {
      if !old[left].elementsEqual(new[right]) { changes.append(Change(old: left, new: right)) }
      return
    }
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for step in new[right].difference(from: old[left]) {
      switch step {
      case .remove(let offset, _, _): removed.insert(left.lowerBound + offset)
      case .insert(let offset, _, _): inserted.insert(right.lowerBound + offset)
      }
    }
    var (a, b) = (left.lowerBound, right.lowerBound)
    while a < left.upperBound || b < right.upperBound {
      let (startA, startB) = (a, b)
      while removed.contains(a) { a += 1 }
      while inserted.contains(b) { b += 1 }
      if a > startA || b > startB {
        changes.append(Change(old: startA..<a, new: startB..<b))
      } else {
        (a, b) = (a + 1, b + 1)
      }
    }
  }

  /// The changes as a unified diff, without a heading; empty if the texts are equal.
  func unified() -> String {
    var text = ""
    var index = 0
    while index < changes.count {
      var last = index
      while last + 1 < changes.count,
        changes[last + 1].old.lowerBound - changes[last].old.upperBound <= Self.context * 2
      { last += 1 }
      text += hunk(changes[index...last])
      index = last + 1
    }
    return text
  }

  private func hunk(_ changes: ArraySlice<Change>) -> String {
    guard let first = changes.first, let last = changes.last else { return "" }
    let before = min(Self.context, first.old.lowerBound)
    let after = min(Self.context, old.count - last.old.upperBound)
    let oldLines = (first.old.lowerBound - before)..<(last.old.upperBound + after)
    let newLines = (first.new.lowerBound - before)..<(last.new.upperBound + after)
    var text = "@@ -\(place(oldLines)) +\(place(newLines)) @@\n"
    var at = oldLines.lowerBound
    for change in changes {
      for line in old[at..<change.old.lowerBound] { text += " \(line)\n" }
      for line in old[change.old] { text += "-\(line)\n" }
      for line in new[change.new] { text += "+\(line)\n" }
      at = change.old.upperBound
    }
    for line in old[at..<oldLines.upperBound] { text += " \(line)\n" }
    return text
  }

  private func place(_ lines: Range<Int>) -> String {
    "\(lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1),\(lines.count)"
  }
}
