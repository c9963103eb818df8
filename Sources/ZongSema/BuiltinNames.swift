// The names that the checker knows by itself.

import ZongStores

/// The ids of built-in names in one compilation's interner.
package struct BuiltinNames: Sendable {
  let types: [(NameId, TypeId)]
  let print, printBytes, readLine, append, assert, panic, expect: NameId
  let length, capacity, fill, near, address: NameId
  let wrapping, max, min, main, args: NameId
  let width, digits, base, char: NameId
  let discard, selfType, literal: NameId
  /// The types of the library's core that every program sees.
  let coreTypes: [NameId]
  let equatable, ordered, hashable, printable, number: NameId
  let equals, compare, hash, write, next, items, entry: NameId
  let parse, bytes: NameId
  /// The core's functions behind `T.parse`, in the order of `types`; and those behind `String(bytes)`, `text.bytes()`,
  /// and bytes that are parsed.
  let parsers: [NameId]
  let textOf, bytesOf, viewText: NameId

  static let types: [(String, TypeId)] = [
    ("Boolean", .boolean), ("I8", .i8), ("I16", .i16), ("I32", .i32), ("I64", .i64), ("U8", .u8), ("U16", .u16),
    ("U32", .u32), ("U64", .u64), ("F32", .f32), ("F64", .f64), ("String", .string),
  ]

  package init(_ names: Interner) {
    types = BuiltinNames.types.map { (names.intern($0.0), $0.1) }
    print = names.intern("print")
    printBytes = names.intern("print_bytes")
    readLine = names.intern("read_line")
    append = names.intern("append")
    assert = names.intern("assert")
    panic = names.intern("panic")
    expect = names.intern("expect")
    length = names.intern("length")
    capacity = names.intern("capacity")
    fill = names.intern("fill")
    near = names.intern("near")
    address = names.intern("address")
    wrapping = names.intern("wrapping")
    max = names.intern("max")
    min = names.intern("min")
    main = names.intern("main")
    args = names.intern("args")
    width = names.intern("width")
    digits = names.intern("digits")
    base = names.intern("base")
    char = names.intern("char")
    discard = names.intern("_")
    literal = names.intern("func literal")
    selfType = names.intern("Self")
    coreTypes = [
      "Equatable", "Ordered", "Hashable", "Printable", "Number", "Hasher", "Map", "Set", "Deque", "Heap",
    ].map { names.intern($0) }
    equatable = names.intern("Equatable")
    ordered = names.intern("Ordered")
    hashable = names.intern("Hashable")
    printable = names.intern("Printable")
    number = names.intern("Number")
    equals = names.intern("equals")
    compare = names.intern("compare")
    hash = names.intern("hash")
    write = names.intern("write")
    next = names.intern("next")
    items = names.intern("items")
    entry = names.intern("Entry")
    parse = names.intern("parse")
    bytes = names.intern("bytes")
    parsers = BuiltinNames.types.map { names.intern("_parse_" + $0.0.lowercased()) }
    textOf = names.intern("_text_of")
    bytesOf = names.intern("_bytes_of")
    viewText = names.intern("_view_text")
  }

  /// The core's function that parses a number.
  func parser(_ type: TypeId) -> NameId? {
    guard type.isNumber, let index = types.firstIndex(where: { $0.1 == type }) else { return nil }
    return parsers[index]
  }

  func type(_ name: NameId) -> TypeId? {
    for (known, type) in types where known == name { return type }
    return nil
  }

  /// A name that can be called without being declared.
  func isFunction(_ name: NameId) -> Bool {
    name == print || name == printBytes || name == readLine || name == append || name == assert || name == panic
      || name == expect
  }

  /// For suggestions.
  var functions: [NameId] { [print, printBytes, readLine, append, assert, panic, expect] }
}
