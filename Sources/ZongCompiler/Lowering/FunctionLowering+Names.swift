// What the module's name section calls the functions.

import ZongIR
import ZongSema
import ZongStores

extension FunctionLowering {
  /// The name of a function as people see it in traces.
  func name(of item: LoweredFunction) -> String {
    switch item {
    case .declared(let id): displayName(declarations.functions[id.index])
    case .entry, .test: "_start"
    case .derived(let derived):
      switch derived.kind {
      case .writes: "write"
      case .compares: "equal"
      case .leaves: "copy out"
      case .hashes: "hash"
      }
    }
  }

  /// Appends that name. Most functions are just called as they are declared.
  func appendName(of item: LoweredFunction, to bytes: inout Store<UInt8>) {
    if case .declared(let id) = item {
      let info = declarations.functions[id.index]
      let module = declarations.parts[Int(info.part.index)].module
      if info.kind == .declared && info.owner == .error && info.instance == 0 && (module == .core || module == .program)
      {
        bytes.append(contentsOf: program.names.bytes(of: info.name))
        return
      }
    }
    var text = name(of: item)
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  private func displayName(_ info: FunctionInfo) -> String {
    switch info.kind {
    case .defaultValue: "default value"
    case .globalInitializer: "global initializer"
    case .script: "main"
    case .test: "test \"" + program.names.text(of: info.name) + "\""
    default: modulePrefix(info) + program.typeNames.showFunction(info)
    }
  }

  /// `circle.` for a function of another file than the program's own.
  private func modulePrefix(_ info: FunctionInfo) -> String {
    let module = declarations.parts[Int(info.part.index)].module
    if module == .core || module == .program { return "" }
    return declarations.modules[Int(module.index)].name + "."
  }
}
