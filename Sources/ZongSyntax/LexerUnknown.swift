// Bytes that begin no token: reported once a run, with what was probably meant.

import ZongStores

extension Scanner {
  /// Anything that is no token: a letter beyond ASCII, a look-alike, a control character.
  @inline(never)
  mutating func scanUnknown() {
    let start = at
    let first = scalar(at: at)
    if first.scalar.properties.isXIDStart {
      return scanForeignName(from: at, kind: first.scalar.properties.isUppercase ? .upperName : .lowerName)
    }
    // A run of the same character is one mistake.
    repeat { at += first.length } while at < count && bytes[at] == bytes[start] && scalar(at: at) == first
    let spelled = LookAlike.meaning(of: first.scalar)
    reportUnknown(first.scalar, start, spelled)
    if LookAlike.isSpace(first.scalar) {
      gap.formUnion(.spaceBefore)
    } else {
      add(.unknown, start, UInt32(truncatingIfNeeded: at))
      markDamaged()
    }
  }

  private func reportUnknown(_ scalar: Unicode.Scalar, _ start: Int, _ meaning: String?) {
    let place = span(start, at)
    if scalar.value == 0 {
      reports.report(.unknownCharacter, at: place, "zero bytes in the source text", label: "is this a text file?")
      return
    }
    reports.report(
      .unknownCharacter, at: place, "the character `\(SourceText.visible(scalar))` has no meaning here",
      label: scalar.isASCII ? "" : scalar.properties.name?.lowercased() ?? ""
    ) {
      if let meaning {
        let title = LookAlike.isSpace(scalar) ? "use an ordinary space" : "write `\(meaning)`"
        $0.fixIts.append(FixIt(title, at: place, replacement: meaning))
      }
      if let note = LookAlike.note(on: scalar) { $0.notes.append(note) }
    }
  }

  /// `#` begins nothing. What other languages begin with it runs to the end of the line, so that is skipped.
  @inline(never)
  mutating func scanHash() {
    let start = at
    let isDirective = bytes[at + 1] != 0x20 && bytes[at + 1] != 0x23
    skipLine()
    gap.formUnion(.spaceBefore)
    let mark = span(start, start + 1)
    reports.report(.unknownCharacter, at: mark, "`#` has no meaning here") {
      if isDirective {
        $0.notes.append("there are no directives; other files are taken in with `import`")
      } else {
        $0.fixIts.append(FixIt("begin a comment with `//`", at: mark, replacement: "//"))
      }
    }
  }
}

/// Characters that are taken for others.
enum LookAlike {
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA0, 0x2000...0x200D, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF, 0x2028, 0x2029, 0x85: return true
    default: return false
    }
  }

  /// What was probably meant.
  static func meaning(of scalar: Unicode.Scalar) -> String? {
    if isSpace(scalar) { return " " }
    switch scalar {
    case "“", "”", "„", "«", "»": return "\""
    case "‘", "’", "‚", "´": return "'"
    case "–", "—", "−": return "-"
    case "×", "·", "∙": return "*"
    case "÷": return "/"
    case "≤": return "<="
    case "≥": return ">="
    case "≠": return "!="
    case "≡": return "=="
    case "¬": return "!"
    case "∧": return "&&"
    case "∨": return "||"
    case "→": return ":"
    case "⇒": return "=>"
    case "…": return ".."
    case "；": return ";"
    case "，": return ","
    case "：": return ":"
    case "（": return "("
    case "）": return ")"
    case "｛": return "{"
    case "｝": return "}"
    case "！": return "!"
    case "＝": return "="
    default: return nil
    }
  }

  static func note(on scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "@": return "there are no attributes and no decorators"
    case "$": return "names have no `$`; text is interpolated with `\\(name)`"
    case "`": return "text stands between double quotes, and takes values with `\\(name)`"
    case "\\": return "a line that ends incomplete goes on by itself"
    default: return nil
    }
  }
}
