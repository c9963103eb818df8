// A stop as text for people:
//
//     stop: index 10 is out of bounds for length 3
//       --> examples/a.zong:12:9
//        |
//     12 |     x = s[i];
//        |         ^
//     trace:
//       sum   examples/a.zong:12:9
//       main  examples/a.zong:20:5

/// Renders stop reports.
package struct ReportRenderer {
  /// Escape sequences for colours and weights, or nothing.
  package var colour: Bool
  /// The source text of a file by its path, as it was compiled. Null where it can't be had.
  package var sourceText: (String) -> String?

  /// Frames shown at either end of a long trace.
  private static let shownFrames = 10
  /// The most that is shown of a source line, in characters.
  private static let lineLimit = 200

  package init(colour: Bool, sourceText: @escaping (String) -> String? = { _ in nil }) {
    self.colour = colour
    self.sourceText = sourceText
  }

  /// The report as lines, each ended by a newline.
  package func render(_ report: StopReport) -> String {
    var cache = LineCache(sourceText)
    var text = paint("1;31", "stop:") + " " + paint("1", visible(report.message.unicodeScalars)) + "\n"
    if let access = report.access { text += excerpt(access, &cache) }
    for note in report.notes { text += paint("1", "note:") + " " + visible(note.unicodeScalars) + "\n" }
    if !report.frames.isEmpty { text += trace(report, &cache) }
    return text
  }

  /// An error of the runtime's own.
  package func render(_ error: RuntimeError) -> String {
    var text = paint("1;31", "error:") + " " + paint("1", error.message) + "\n"
    for note in error.notes { text += paint("1", "note:") + " " + note + "\n" }
    return text
  }

  private func paint(_ code: String, _ text: String) -> String {
    colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func excerpt(_ place: StopReport.Place, _ cache: inout LineCache) -> String {
    let number = String(place.line)
    let width = max(number.count, 2)
    let margin = String(repeating: " ", count: width)
    var text = margin + paint("1;34", "-->") + " " + cache.location(place) + "\n"
    guard let line = cache.line(place) else { return text }
    let (shown, indent) = window(line, at: place.column - 1)
    text += paint("1;34", margin + " |") + "\n"
    text += paint("1;34", margin.dropLast(number.count) + number + " |") + " " + shown + "\n"
    text += paint("1;34", margin + " |") + " " + indent + paint("1;31", "^") + "\n"
    return text
  }

  /// What is shown of a line, and the spaces that bring a caret under its byte `offset`.
  private func window(_ line: String, at offset: Int) -> (shown: String, indent: String) {
    let before = String(decoding: line.utf8.prefix(offset), as: UTF8.self).unicodeScalars
    let all = line.unicodeScalars
    let isLong = all.count > Self.lineLimit
    let skipped = isLong ? max(before.count - Self.lineLimit / 4, 0) : 0
    let rest = all.dropFirst(skipped).prefix(Self.lineLimit)
    let lead = skipped > 0 ? "…" : ""
    let shown = lead + visible(rest) + (skipped + rest.count < all.count ? "…" : "")
    // Tabs stay, so that the caret stands under its character however wide they are shown.
    let indent = visible(before.dropFirst(skipped)).map { $0 == "\t" ? "\t" : " " as Character }
    return (shown, (lead.isEmpty ? "" : " ") + String(indent))
  }

  /// Text with its control characters shown instead of obeyed. Tabs stay.
  private func visible(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars {
      let isControl = scalar.value < 0x20 && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
      text.append(isControl ? "\u{FFFD}" : scalar)
    }
    return String(text)
  }

  private func trace(_ report: StopReport, _ cache: inout LineCache) -> String {
    let frames = report.frames
    let head: Int
    let tail: Int
    let omitted: String?
    if let gap = report.omitted {
      // Without the outer end there is room for more of the inner one.
      head = min(gap.after, gap.after == frames.count ? Self.shownFrames * 2 : Self.shownFrames)
      tail = min(frames.count - gap.after, Self.shownFrames)
      omitted = gap.count.map { "… \(grouped($0 + frames.count - head - tail)) more …" } ?? "… and more"
    } else {
      head = frames.count > Self.shownFrames * 2 + 1 ? Self.shownFrames : frames.count
      tail = head < frames.count ? Self.shownFrames : 0
      omitted = head < frames.count ? "… \(grouped(frames.count - head - tail)) more …" : nil
    }
    let shown = Array(frames[..<head]) + Array(frames[(frames.count - tail)...])
    let width = min(shown.map(\.function.count).max() ?? 0, 40)
    var text = paint("1", "trace:") + "\n"
    for (index, frame) in shown.enumerated() {
      if index == head, let omitted { text += "  " + omitted + "\n" }
      let padding = String(repeating: " ", count: max(width - frame.function.count, 0))
      text += "  " + frame.function + (frame.place.map { padding + "  " + cache.location($0) } ?? "") + "\n"
    }
    if tail == 0, let omitted { text += "  " + omitted + "\n" }
    return text
  }

  /// A number with its thousands apart: `9,876`.
  private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}

/// Files read for one report, and the places in them as people count.
private struct LineCache {
  private let sourceText: (String) -> String?
  private var texts: [String: String?] = [:]

  init(_ sourceText: @escaping (String) -> String?) { self.sourceText = sourceText }

  /// The source line of a place without its end. Null if the file doesn't have it.
  mutating func line(_ place: StopReport.Place) -> String? {
    let known = texts[place.path] ?? sourceText(place.path)
    texts[place.path] = .some(known)
    guard var text = known else { return nil }
    let line = text.withUTF8 { bytes in
      LineCache.line(place.line, of: UnsafeRawBufferPointer(bytes)).map { String(decoding: $0, as: UTF8.self) }
    }
    guard let line, place.column - 1 <= line.utf8.count else { return nil }
    return line.filter { $0 != "\r" }
  }

  /// The bytes of a line, counted from 1. Null if there aren't so many.
  private static func line(_ number: Int, of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard number >= 1 else { return nil }
    var rest = bytes
    for _ in 1..<number {
      guard let end = end(of: rest) else { return nil }
      rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
    }
    return UnsafeRawBufferPointer(rebasing: rest[..<(end(of: rest) ?? rest.count)])
  }

  /// The place of the first line end.
  private static func end(of bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, let found = memchr(start, 0x0A, bytes.count) else { return nil }
    return UnsafeRawPointer(found) - start
  }

  /// `path:line:column` with the column in Unicode scalars, if the text can be had, else in bytes.
  mutating func location(_ place: StopReport.Place) -> String {
    var column = place.column
    if let line = line(place) {
      column = String(decoding: line.utf8.prefix(place.column - 1), as: UTF8.self).unicodeScalars.count + 1
    }
    return "\(place.path):\(place.line):\(column)"
  }
}
