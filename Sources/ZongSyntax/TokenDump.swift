// The tokens of a file as text, one a line: `LINE:COLUMN kind text`. Columns count Unicode scalars from 1.

import ZongStores

/// Writes the tokens of a file.
package enum TokenDump {
  package static func text(of tokens: TokenStore) -> String {
    var result = ""
    var line = 1
    var column = 1
    var offset = 0
    let bytes = tokens.file.bytes
    for index in 1..<max(tokens.count, 1) {
      let token = TokenId(UInt32(index))
      let start = Int(tokens.starts[index])
      while offset < start {
        if bytes[offset] == 0x0A {
          line += 1
          column = 1
        } else if bytes[offset] & 0xC0 != 0x80 {
          column += 1
        }
        offset += 1
      }
      result += "\(line):\(column) \(tokens.kind(token))"
      if tokens.kind(token) != .endOfFile { result += " " + escaped(tokens.text(of: token)) }
      result += "\n"
    }
    return result
  }

  /// The text on one line.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default: result += SourceText.visible(scalar)
      }
    }
    return result
  }
}
