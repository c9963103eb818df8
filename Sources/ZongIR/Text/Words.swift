// The words of the text form, shared by printer and parser.

extension Opcode {
  /// The opcode's word in the text form: its case name, but for the frequent ones.
  package var word: String {
    switch self {
    case .variableGet, .globalGet: "get"
    case .variableSet, .globalSet: "set"
    case .returnValues: "return"
    case .switchBranch: "switch"
    case .constant: "const"
    default: "\(self)"
    }
  }
}

extension Access {
  /// The width and extension: `u8`, `s16` …; empty for a full access.
  package var word: String {
    switch self {
    case .full: ""
    case .bits8Signed: "s8"
    case .bits8Unsigned: "u8"
    case .bits16Signed: "s16"
    case .bits16Unsigned: "u16"
    case .bits32Signed: "s32"
    case .bits32Unsigned: "u32"
    }
  }
}

extension Effects {
  static let words: [(Effects, String)] = [
    (.mayFree, "mayFree"), (.maySuspend, "maySuspend"), (.noReturn, "noReturn"), (.pure, "pure"),
    (.ofHeader, "header"), (.ofNumber, "number"), (.ofPointer, "pointer"), (.ofWhole, "whole"), (.fresh, "fresh"),
  ]
}
