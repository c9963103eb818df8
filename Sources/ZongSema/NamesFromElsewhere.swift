// Names that people bring along from other languages, with what Zong has for them: for messages about unknown names.

enum NamesFromElsewhere {
  /// Functions and values, with what to say.
  static let values: [String: String] = [
    "println": "Zong's `print` ends the line by itself: `print(x)`",
    "printf": "Zong prints with interpolation: `print(\"\\(x) and \\(y)\")`",
    "puts": "Zong's function for it is `print`",
    "echo": "Zong's function for it is `print`",
    "console": "Zong's function for output is `print`",
    "len": "the length is a property: `items.length`",
    "nil": "Zong's word for it is `null`",
    "None": "Zong's word for it is `null`",
    "True": "Zong's word for it is `true`",
    "False": "Zong's word for it is `false`",
    "input": "Zong's function for it is `read_line`",
    "readLine": "Zong's function for it is `read_line`",
    "self": "`self` exists only in methods",
    "error": "a function fails with `fail Error(\"what went wrong\");`",
  ]

  /// Types and constraints, with Zong's names for them.
  static let types: [String: String] = [
    "Int": "I64", "Integer": "I64", "Long": "I64", "Short": "I16", "Byte": "U8", "Char": "U32", "Character": "U32",
    "UInt": "U64", "Int8": "I8", "Int16": "I16", "Int32": "I32", "Int64": "I64", "UInt8": "U8", "UInt16": "U16",
    "UInt32": "U32", "UInt64": "U64", "Float": "F64", "Double": "F64", "Float32": "F32", "Float64": "F64",
    "Bool": "Boolean", "Str": "String", "Text": "String", "Usize": "U64",
    "Comparable": "Ordered", "Ord": "Ordered", "Eq": "Equatable", "PartialEq": "Equatable", "Hash": "Hashable",
    "Display": "Printable", "Stringer": "Printable", "Show": "Printable", "Numeric": "Number",
    "HashMap": "Map", "Dictionary": "Map", "Dict": "Map", "HashSet": "Set", "Queue": "Deque", "PriorityQueue": "Heap",
  ]

  /// Types of lists.
  static let lists: Set<String> = ["List", "Vec", "Vector", "ArrayList", "Array", "Slice"]

  /// Types of results.
  static let results = [
    "Err": "a function fails with `fail Error(\"what went wrong\");`",
    "Ok": "a function that can fail returns its value as it is: `return value;`",
    "Some": "a value is an optional one by itself: `return value;`",
    "Result": "the result of a function that can fail is written `T!`",
    "Option": "what may be null is written `T?`", "Optional": "what may be null is written `T?`",
    "Exception": "a function fails with `fail Error(\"what went wrong\");`",
  ]

  /// Types of what there isn't.
  static let nothing: Set<String> = ["Void", "Unit"]

  /// Properties of lists and texts, with Zong's names for them.
  static let properties = [
    "len": "length", "size": "length", "count": "length", "Length": "length", "cap": "capacity",
  ]

  /// Methods that do the same in different languages, and Zong's name for each first, or its names.
  private static let methods = [
    ["has", "contains", "containsKey", "contains_key", "hasKey", "has_key", "includes", "exists"],
    ["set", "put", "insert", "add"],
    ["add", "insert", "put", "append", "push"],
    ["pushBack", "push", "push_back", "append", "add", "addLast", "enqueue", "offer"],
    ["pushFront", "unshift", "push_front", "addFirst", "prepend"],
    ["popFront", "shift", "pop_front", "removeFirst", "dequeue", "poll"],
    ["popBack", "pop", "pop_back", "removeLast"],
    ["push", "add", "insert", "enqueue", "offer"],
    ["pop", "poll", "dequeue", "extract"],
    ["peek", "top", "first", "front"],
    ["remove", "delete", "erase", "discard"],
    ["get", "at", "lookup", "find"],
    ["first", "front", "head", "peek"],
    ["last", "back"],
    ["length", "len", "size", "count"],
    ["toSlice", "toArray", "to_array", "toList", "to_list"],
    ["items", "entries", "iter", "iterator"],
    ["clear", "removeAll", "reset"],
    ["free", "dispose", "close", "destroy"],
  ]

  /// The one of `known` methods that does what `written` does elsewhere.
  static func method(for written: String, among known: [String]) -> String? {
    for names in methods where names.contains(written) {
      if let name = names.first(where: { $0 != written && known.contains($0) }) { return name }
    }
    return nil
  }

  /// Methods that put an element at the end of a list.
  static let appending: Set<String> = ["push", "add", "append", "push_back", "pushBack"]

  /// Methods of lists whose work is that of a loop.
  static let loops: Set<String> = [
    "map", "filter", "reduce", "fold", "forEach", "each", "any", "all", "some", "every", "contains", "includes",
    "indexOf", "index_of",
  ]

  /// Methods that take the last element from a list.
  static let shortening: Set<String> = ["pop", "popLast", "removeLast", "pop_back"]

  /// Methods that make text of a value.
  static let printing: Set<String> = ["toString", "to_string", "str", "description"]

  /// A function of the standard library that does what is a method elsewhere.
  struct LibraryFunction {
    let module: String
    let name: String
    /// It takes more than the object.
    let takesMore: Bool
  }

  /// What does the work of the method `name` that text or a list has elsewhere, `kind` being the object's.
  static func function(for name: String, of kind: TypeKind, isText: Bool) -> LibraryFunction? {
    if isText, let function = textFunctions[name] {
      return LibraryFunction(module: "text", name: function, takesMore: !textFunctionsAlone.contains(function))
    }
    if kind == .slice && name == "join" { return LibraryFunction(module: "text", name: name, takesMore: true) }
    if kind == .slice || kind == .array, let function = sortFunctions[name] {
      return LibraryFunction(module: "sort", name: function, takesMore: function == "byKey")
    }
    return nil
  }

  private static let textFunctions = [
    "upper": "upper", "toUpper": "upper", "toUpperCase": "upper", "uppercased": "upper", "to_uppercase": "upper",
    "lower": "lower", "toLower": "lower", "toLowerCase": "lower", "lowercased": "lower", "to_lowercase": "lower",
    "trim": "trim", "strip": "trim", "split": "split", "lines": "lines", "splitlines": "lines", "words": "words",
    "contains": "contains", "includes": "contains", "find": "find", "indexOf": "find", "replace": "replace",
    "replaceAll": "replace", "repeat": "repeat", "startsWith": "startsWith", "starts_with": "startsWith",
    "startswith": "startsWith", "hasPrefix": "startsWith", "endsWith": "endsWith", "ends_with": "endsWith",
    "endswith": "endsWith", "hasSuffix": "endsWith",
  ]

  /// Those that take nothing but the text.
  private static let textFunctionsAlone: Set<String> = ["upper", "lower", "trim", "lines", "words"]

  private static let sortFunctions = [
    "sort": "ascending", "sorted": "ascending", "sort_by_key": "byKey", "sortBy": "byKey", "sortedBy": "byKey",
  ]
}
