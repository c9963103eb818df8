// The custom section "zong.stops": the message of each kind of stop, as a template over the stop's values.
//
//     section   := count:LEB entry*
//     entry     := kind:LEB length:LEB byte*          the template in UTF-8
//
// A template holds placeholders. `N` is the number of a value in the stop record, 0 to 2:
//
//     {N}    signed integer            {Nu}   unsigned integer        {Nx}   hexadecimal
//     {Nf}   an F64's bits             {Ns}   an F32's bits           {Nb}   a Boolean
//     {Nt}   text: value N is its address, value N+1 its length in bytes
//     {NT}   text: the address is the low half of value N, the length in bytes the high half
//     {Np}   a source position in the low half, shown as FILE:LINE:COLUMN
//     {NP}   the same in the high half                          {NL}   only the line of that
//     {{     one brace
//
// Integers narrower than 64 bits are extended to the record's values as their type says.

import ZongStores

/// Stop kinds with their templates.
package struct StopTable: Sendable, Equatable {
  package var templates: [(kind: StopKind, template: String)] = []

  package init() {}

  package mutating func add(_ kind: StopKind, _ template: String) {
    templates.append((kind, template))
  }

  package subscript(kind: StopKind) -> String? {
    templates.first { $0.kind == kind }?.template
  }

  package static func == (a: StopTable, b: StopTable) -> Bool {
    a.templates.count == b.templates.count
      && zip(a.templates, b.templates).allSatisfy { $0.kind == $1.kind && $0.template == $1.template }
  }

  /// Appends the section's contents.
  package func encode(into bytes: inout Store<UInt8>) {
    appendUnsigned(UInt64(templates.count), to: &bytes)
    for (kind, template) in templates {
      appendUnsigned(UInt64(kind.rawValue), to: &bytes)
      appendText(template, to: &bytes)
    }
  }

  /// Reads a section's contents. What comes after damage is left out.
  package init(decoding bytes: UnsafeBufferPointer<UInt8>) {
    var reader = SectionReader(bytes)
    guard let count = reader.unsigned() else { return }
    for _ in 0..<min(count, UInt64(bytes.count)) {
      guard let kind = reader.unsigned(), let template = reader.text() else { return }
      templates.append((StopKind(rawValue: UInt32(truncatingIfNeeded: kind)), template))
    }
  }
}
