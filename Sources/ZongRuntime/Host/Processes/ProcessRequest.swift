// What a program says of a child that it wants to start.
//
//     request, 32 bytes:  arguments u32 @0, their bytes u32 @4: texts that end with a zero byte, the program's name first
//                         variables u32 @8, their bytes u32 @12: `NAME=value`, the same way
//                         folder u32 @16: the descriptor that its path u32 @20 begins at, that path's bytes u32 @24, 0 for
//                         the folder that this process works in
//                         input u8 @28, output u8 @29, errors u8 @30: see `ProcessRequest.Stream`
//                         1 @31 if the child also gets the variables that the program may see

struct ProcessRequest {
  /// What one of the child's streams is.
  enum Stream: UInt8 {
    /// Empty for reading; what is written is gone.
    case nothing
    /// The program's own.
    case own
    /// A pipe to the program.
    case pipe
    /// Where the output goes; for the errors alone.
    case output
  }

  /// The most bytes of arguments and of variables (Linux has as many for both).
  private static let sizeLimit: UInt32 = 2 << 20

  let arguments: [[CChar]]
  let variables: [[CChar]]
  let folder: UInt32
  /// Null for the folder that this process works in.
  let path: GuestPath?
  let input: Stream
  let output: Stream
  let errors: Stream
  let passesVariables: Bool

  static func read(_ memory: GuestMemory, at address: UInt32) -> Result<ProcessRequest, WASIError> {
    guard let range = memory.range(address, 32) else { return .failure(.fault) }
    func word(_ offset: Int) -> UInt32 {
      UInt32(littleEndian: range.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    guard word(4) <= sizeLimit, word(12) <= sizeLimit else { return .failure(.tooBig) }
    guard let arguments = memory.range(word(0), word(4)), let variables = memory.range(word(8), word(12)) else {
      return .failure(.fault)
    }
    guard let input = Stream(rawValue: range[28]), let output = Stream(rawValue: range[29]),
      let errors = Stream(rawValue: range[30]), input != .output, output != .output,
      let argumentTexts = texts(arguments), let variableTexts = texts(variables), !argumentTexts.isEmpty
    else { return .failure(.invalid) }
    let path = word(24) > 0 ? GuestPath(address: word(20), count: word(24)) : nil
    return .success(
      ProcessRequest(
        arguments: argumentTexts, variables: variableTexts, folder: word(16), path: path, input: input, output: output,
        errors: errors, passesVariables: range[31] != 0))
  }

  /// Texts that each end with a zero byte; null if the last one doesn't.
  private static func texts(_ bytes: UnsafeMutableRawBufferPointer) -> [[CChar]]? {
    var result: [[CChar]] = []
    var start = 0
    for index in 0..<bytes.count where bytes[index] == 0 {
      result.append(bytes[start...index].map { CChar(bitPattern: $0) })
      start = index + 1
    }
    return start == bytes.count ? result : nil
  }

  /// The program as it was named.
  var program: String { String(decoding: arguments[0].dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }

  /// Whether a variable decides what code runs in a child, whatever the child is: what the system's loader loads, and what
  /// the names of programs lead to. Others that some programs have for themselves aren't known here.
  static func choosesCode(_ variable: [CChar]) -> Bool {
    let text = String(decoding: variable.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if text.hasPrefix("LD_") || text.hasPrefix("DYLD_") { return true }
    return text.hasPrefix("PATH=") && text.dropFirst("PATH=".count) != environment("PATH") ?? ""
  }

  /// A name, `=` and a value.
  static func isVariable(_ text: [CChar]) -> Bool {
    guard let equals = text.firstIndex(of: CChar(bitPattern: UInt8(ascii: "="))) else { return false }
    return equals > 0
  }
}
