// What a program never freed, shown when it has ended: `zong run --leaks`.

import ZongRuntime
import ZongSyntax

/// What is to be done about leaks.
struct LeakSettings {
  var reports = false
  /// The exit status is 1 if there are allocations that nothing points to.
  var fails = false

  /// What stands for `--leaks=fail`, as a flag can't have a value that may be left out.
  static let failing = "leaks-fail"
}

/// The leaks of one run.
final class LeakReport: @unchecked Sendable {
  /// Set by the program's thread before it ends.
  var found: [Leak] = []

  var hasUnreachable: Bool { found.contains { $0.unreachable.count > 0 } }

  /// Writes the report to standard error, so that it isn't mixed with what the program prints.
  func show(_ format: MessageFormat) {
    switch format {
    case .text: Output.write(text, to: .standardError)
    case .json: for leak in found { Output.write(json(leak) + "\n", to: .standardError) }
    }
  }

  /// The part of the report about what nothing points to.
  var unreachableText: String { table("never freed, and nothing points there any more", \.unreachable) }

  private var text: String {
    if found.isEmpty { return "no leaks: everything was freed\n" }
    return table("never freed, and nothing points there any more", \.unreachable)
      + table("never freed, but still reachable from globals", \.reachable)
  }

  private func table(_ title: String, _ part: KeyPath<Leak, Leak.Amount>) -> String {
    let leaks = found.filter { $0[keyPath: part].count > 0 }
    if leaks.isEmpty { return "" }
    var rows = [["allocated at", "type", "count", "bytes"]]
    var bytes: UInt64 = 0
    for leak in leaks {
      let amount = leak[keyPath: part]
      bytes &+= amount.bytes
      rows.append([place(leak), leak.type, String(amount.count), String(amount.bytes)])
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = "leak: \(bytes) bytes \(title)\n"
    for row in rows {
      let cells = (0..<4).map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column < 2 ? row[column] + padding : padding + row[column]
      }
      text += "  " + cells.joined(separator: "  ") + "\n"
    }
    return text
  }

  private func place(_ leak: Leak) -> String {
    leak.place.map { "\($0.path):\($0.line):\($0.column)" } ?? "?"
  }

  private func json(_ leak: Leak) -> String {
    JSON.object([
      JSON.member("leak", JSON.string(leak.type)), JSON.member("allocated", JSON.string(place(leak))),
      JSON.member("unreachable", amount(leak.unreachable)), JSON.member("reachable", amount(leak.reachable)),
    ])
  }

  private func amount(_ amount: Leak.Amount) -> String {
    JSON.object([JSON.member("count", String(amount.count)), JSON.member("bytes", String(amount.bytes))])
  }
}
