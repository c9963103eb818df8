// Giving an instance the host functions that its module imports, and no others.

import CWasmtime

/// What a host function of the engine's finds its own state by.
final class HostCall {
  /// Not retained for a call: that took two thirds of a call's time.
  private let host: Unmanaged<Host>
  let function: HostFunction
  /// Its answers are written down, or come from a recording.
  private let isTaped: Bool
  /// It never returns to the guest.
  fileprivate let isExit: Bool
  /// Its place among the imports.
  let index: Int
  /// How often it was called.
  fileprivate(set) var count: UInt64 = 0

  init(_ host: Host, _ function: HostFunction, index: Int) {
    self.host = .passUnretained(host)
    self.index = index
    self.function = function
    isTaped = host.tape != nil
    isExit = function.isExit
  }
}

extension Host {
  /// The functions for the module's imports, in their order.
  func imports(of module: OpaquePointer) throws(RuntimeError) -> [wasmtime_extern_t] {
    let api = library.api
    var types = wasm_importtype_vec_t()
    api.wasmtime_module_imports(module, &types)
    defer { api.wasm_importtype_vec_delete(&types) }
    var result: [wasmtime_extern_t] = []
    for index in 0..<types.size {
      guard let type = types.data[index] else { continue }
      result.append(try externFunction(type))
    }
    return result
  }

  private func externFunction(_ type: OpaquePointer) throws(RuntimeError) -> wasmtime_extern_t {
    let api = library.api
    let module = text(api.wasm_importtype_module(type))
    let name = text(api.wasm_importtype_name(type))
    guard let function = Host.function(module, name) else {
      throw RuntimeError("the program imports \"\(module)\" \"\(name)\", which zong doesn't provide")
    }
    guard let external = api.wasm_importtype_type(type),
      let functionType = api.wasm_externtype_as_functype_const(external), matches(functionType, function)
    else {
      throw RuntimeError("the program imports \"\(module)\" \"\(name)\" with another type than it has")
    }
    let entry = HostCall(self, function, index: calls.count)
    calls.append(entry)
    let call = Unmanaged.passRetained(entry).toOpaque()
    var item = wasmtime_extern_t()
    item.kind = UInt8(CWASMTIME_EXTERN_FUNC)
    api.wasmtime_func_new_unchecked(context, functionType, callHost, call, releaseCall, &item.of.func)
    return item
  }

  /// The functions that programs may import.
  private static func function(_ module: String, _ name: String) -> HostFunction? {
    switch module {
    case WASI.moduleName: WASI.function(named: name)
    case ownModule: ownFunction(named: name)
    default: nil
    }
  }

  private func text(_ bytes: UnsafePointer<wasm_byte_vec_t>?) -> String {
    bytes.map { library.text($0.pointee) } ?? ""
  }

  private func matches(_ type: OpaquePointer, _ function: HostFunction) -> Bool {
    let expected = function.parameters.withUTF8Buffer { letters in
      letters.map { $0 == UInt8(ascii: "i") ? CWASMTIME_I32 : CWASMTIME_I64 }
    }
    return kinds(library.api.wasm_functype_params(type)) == expected
      && kinds(library.api.wasm_functype_results(type)) == (function.hasResult ? [CWASMTIME_I32] : [])
  }

  private func kinds(_ types: UnsafePointer<wasm_valtype_vec_t>?) -> [Int] {
    guard let types else { return [] }
    return (0..<types.pointee.size).map { Int(library.api.wasm_valtype_kind(types.pointee.data[$0])) }
  }
}

private func callHost(
  _ environment: UnsafeMutableRawPointer?, _ caller: OpaquePointer?,
  _ values: UnsafeMutablePointer<wasmtime_val_raw_t>?, _ count: Int
) -> OpaquePointer? {
  guard let environment else { return nil }
  // A function without parameters and results has no values.
  guard let values else { return nil }
  // The engine keeps the object for as long as it may call.
  return Unmanaged<HostCall>.fromOpaque(environment)._withUnsafeGuaranteedRef { $0.run(values) }
}

extension HostCall {
  /// Calls the function. The trap that unwinds the guest, if that doesn't go on.
  fileprivate func run(_ values: UnsafeMutablePointer<wasmtime_val_raw_t>) -> OpaquePointer? {
    count &+= 1
    let arguments = HostArguments(values)
    return host._withUnsafeGuaranteedRef { host in
      let error = isTaped ? taped(arguments, by: host) : function.body(host, arguments)
      if isExit || host.isStopping { return host.unwind() }
      values[0].i32 = Int32(error.rawValue)
      return nil
    }
  }
}

private func releaseCall(_ environment: UnsafeMutableRawPointer?) {
  guard let environment else { return }
  Unmanaged<HostCall>.fromOpaque(environment).release()
}
