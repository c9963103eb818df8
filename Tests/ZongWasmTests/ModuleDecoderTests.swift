// The decoder is total: mutated and cut modules give a module or an error, never a crash. Round trips through
// wasm-tools are tested where modules are made, in ZongCompilerTests.

import Testing

@testable import ZongWasm

/// A module with something in every section.
func exampleModule() -> [UInt8] {
  var writer = ModuleWriter()
  writer.types([
    FunctionType(parameters: [.i32], results: [.i32]), FunctionType(parameters: [], results: [.f64, .i64]),
  ])
  writer.section(.import) { section in
    section.unsigned(1)
    section.name("env")
    section.name("log")
    section.byte(ExternKind.function.rawValue)
    section.unsigned(0)
  }
  writer.section(.function) { $0.append([2, 0, 1]) }
  writer.section(.table) { $0.append([1, 0x70, 0, 4]) }
  writer.section(.memory) { $0.append([1, 1, 1, 2]) }
  writer.section(.global) { $0.append([1, 0x7F, 1, Op.i32Const, 42, Op.end]) }
  writer.section(.export) { section in
    section.unsigned(1)
    section.name("run \"it\"")
    section.byte(ExternKind.function.rawValue)
    section.unsigned(1)
  }
  writer.section(.element) { $0.append([1, 0, Op.i32Const, 1, Op.end, 2, 1, 0]) }
  writer.section(.code) { section in
    section.unsigned(2)
    let first: [UInt8] = [
      2, 2, 0x7F, 1, 0x7C,
      Op.block, emptyBlockType, Op.loop, emptyBlockType, Op.localGet, 0, Op.brIf, 1, Op.localGet, 0,
      Op.brTable, 1, 0, 1, Op.end, Op.end,
      Op.localGet, 0, Op.if, 0x7F, Op.i32Const, 1, Op.else, Op.i32Const, 0x7F, Op.end,
      Op.call, 0, Op.i32Const, 8, Op.i32Load, 2, 4, Op.i32Load8S, 0, 0, Op.callIndirect, 0, 0, Op.end,
    ]
    section.unsigned(UInt32(first.count))
    section.append(first)
    var second = ByteBuffer()
    second.append([0, Op.f64Const])
    second.fixed64(Double(0.1).bitPattern)
    second.append([Op.i64Const, 0x7F, Op.i32Const, 0, Op.i32Const, 0, Op.i32Const, 0])
    second.append([Op.prefix, PrefixedOp.memoryCopy, 0, 0, Op.memorySize, 0, Op.drop, Op.end])
    section.unsigned(UInt32(second.count))
    section.append(second)
  }
  writer.section(.data) { $0.append([1, 0, Op.i32Const, 16, Op.end, 4, 0x61, 0x22, 0xFF, 0x0A]) }
  writer.custom("name") { section in
    section.append([1, 12, 2])
    section.unsigned(1)
    section.name("main")
    section.unsigned(2)
    section.name("two")
  }
  return writer.finish().array
}

private func decode(_ bytes: [UInt8]) -> Result<DecodedModule, DecodeError> {
  let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
  defer { copy.deallocate() }
  _ = copy.initialize(from: bytes)
  do throws(DecodeError) {
    return .success(try ModuleDecoder.decode(UnsafeBufferPointer(copy)))
  } catch {
    return .failure(error)
  }
}

@Test func aModuleIsReadBack() throws {
  let module = try decode(exampleModule()).get()
  #expect(module.types.count == 2)
  #expect(module.imports == [DecodedImport(module: "env", name: "log", type: .function(0))])
  #expect(module.functions == [0, 1])
  #expect(module.tables == [Limits(minimum: 4)])
  #expect(module.memories == [Limits(minimum: 1, maximum: 2)])
  #expect(module.globals == [DecodedGlobal(type: .i32, isMutable: true, initial: .value(.i32, 42))])
  #expect(module.exports == [DecodedExport(name: "run \"it\"", kind: .function, index: 1)])
  #expect(module.elements.first?.functions == [1, 0])
  #expect(module.bodies.first?.locals == [DecodedLocals(count: 2, type: .i32), DecodedLocals(count: 1, type: .f64)])
  #expect(module.data.first?.bytes.count == 4)
  #expect(module.functionNames == [1: "main", 2: "two"])
}

@Test func theTextShowsIt() {
  let text = WatPrinter.text(of: exampleModule())
  #expect(
    text == """
      (module
        (type (;0;) (func (param i32) (result i32)))
        (type (;1;) (func (result f64 i64)))
        (import "env" "log" (func (;0;) (type 0) (param i32) (result i32)))
        (func $main (;1;) (type 0) (param i32) (result i32)
          (local i32 i32 f64)
          block  ;; @1
            loop  ;; @2
              local.get 0
              br_if 1 (;@1;)
              local.get 0
              br_table 0 (;@2;) 1 (;@1;)
            end
          end
          local.get 0
          if (result i32)  ;; @1
            i32.const 1
          else
            i32.const -1
          end
          call 0
          i32.const 8
          i32.load offset=4
          i32.load8_s
          call_indirect (type 0))
        (func $two (;2;) (type 1) (result f64 i64)
          f64.const 0x1.999999999999ap-4 (;=0.1;)
          i64.const -1
          i32.const 0
          i32.const 0
          i32.const 0
          memory.copy
          memory.size
          drop)
        (table 4 funcref)
        (memory 1 2)
        (global (mut i32) (i32.const 42))
        (export "run \\22it\\22" (func $main))
        (elem (offset (i32.const 1)) func $main 0)
        (data (offset (i32.const 16)) "a\\22\\ff\\0a")
        ;; custom section "name", 14 bytes
      )

      """)
}

@Test func damagedModulesGiveErrors() {
  #expect(decode([]) == .failure(DecodeError(reason: .noMagicNumber, offset: 0)))
  #expect(decode([0, 0x61, 0x73, 0x6D, 2, 0, 0, 0]) == .failure(DecodeError(reason: .unknownVersion, offset: 4)))
  let header: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
  #expect(decode(header) == .success(DecodedModule()))
  #expect(decode(header + [10, 1, 0, 3, 1, 0]) == .failure(DecodeError(reason: .sectionsOutOfOrder, offset: 11)))
  #expect(decode(header + [3, 2, 1, 0]) == .failure(DecodeError(reason: .countMismatch, offset: 12)))
  #expect(decode(header + [3, 3, 1, 0, 0]) == .failure(DecodeError(reason: .sectionSizeMismatch, offset: 12)))
  #expect(decode(header + [3, 9, 1, 0]) == .failure(DecodeError(reason: .unexpectedEnd, offset: 10)))
  // A body that declares 60,000 locals.
  let locals: [UInt8] = [3, 2, 1, 0, 10, 8, 1, 6, 1, 0xE0, 0xD4, 0x03, 0x7F, 0x0B]
  #expect(decode(header + locals) == .failure(DecodeError(reason: .tooManyLocals, offset: 20)))
  let unclosed: [UInt8] = [3, 2, 1, 0, 10, 6, 1, 4, 0, Op.block, emptyBlockType, Op.end]
  #expect(decode(header + unclosed) == .failure(DecodeError(reason: .badStructure, offset: 20)))
  let strayElse: [UInt8] = [3, 2, 1, 0, 10, 5, 1, 3, 0, Op.else, Op.end]
  #expect(decode(header + strayElse) == .failure(DecodeError(reason: .badStructure, offset: 17)))
}

/// Every byte of a module changed in several ways, and every prefix: the printer, which uses all that the decoder
/// gives, ends each time.
@Test func mutatedModulesNeverCrash() {
  let module = exampleModule()
  var seed: UInt64 = 1
  func random() -> UInt64 {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return seed >> 33
  }
  var readable = 0
  for index in module.indices {
    #expect(!WatPrinter.text(of: Array(module[..<index])).isEmpty)
    for value: UInt8 in [0, 0x7F, 0x80, 0xFF, module[index] ^ 1, UInt8(truncatingIfNeeded: random())] {
      var changed = module
      changed[index] = value
      if !WatPrinter.text(of: changed).hasPrefix(";;") { readable += 1 }
    }
  }
  for _ in 0..<3000 {
    var changed = module
    for _ in 0..<1 + random() % 4 {
      let at = Int(random() % UInt64(changed.count))
      switch random() % 3 {
      case 0: changed[at] = UInt8(truncatingIfNeeded: random())
      case 1: changed.remove(at: at)
      default: changed.insert(UInt8(truncatingIfNeeded: random()), at: at)
      }
    }
    if !WatPrinter.text(of: changed).hasPrefix(";;") { readable += 1 }
  }
  #expect(readable > 100)
}
