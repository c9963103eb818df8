// The text of JSON values (RFC 8259), written without white space.

/// Writes JSON: each function gives the text of one value or member.
package enum JSON {
  /// `"name":value`; the name has no characters that need an escape.
  package static func member(_ name: String, _ value: String) -> String { "\"\(name)\":\(value)" }
  /// An object of members, in their order.
  package static func object(_ members: [String]) -> String { "{" + members.joined(separator: ",") + "}" }
  /// An array of values.
  package static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

  /// A JSON string (RFC 8259, section 7).
  package static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
