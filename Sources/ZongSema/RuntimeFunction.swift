// The functions of the library's core that typed code calls without naming them.

/// A function in `Library/std/core`; its name there begins with `_`. The lowering calls them by this enum, and
/// a program contains only those that it needs.
package enum RuntimeFunction: UInt8, CaseIterable, Sendable {
  /// Runs after a program that prints: writes out what is buffered.
  case finish
  /// func(_ out: U8[]*, value…)
  case writeI64, writeU64, writeF64, writeF32, writeBoolean, writeText, writeQuoted, writeCodePoint
  /// Formats: (out, value, base), (out, value, digits), and (out, start, width) to pad what was written from start.
  case writeI64Base, writeU64Base, writeF64Digits, pad
  /// The buffer that `print` writes to, and what follows a print, with the line's end and without it.
  case output, endPrint, afterOutput
  /// (address, length): prints text whose key was checked.
  case printText
  case printBytes, readLine
  /// (size, site): a pointer to new memory for an object, not zeroed; `newNear` has a pointer before them, whose region
  /// it takes from.
  case new, newNear
  /// A local's slot of its own: (size, site), (pointer, size, site).
  case newLocal, endLocal
  /// (pointer, size, site), (pointer, length, capacity, element size, site), (pointer, length, site): frees.
  case delete, deleteSlice, deleteText
  /// (pointer): frees what begins there, if it is still there and in no arena.
  case drop
  /// (site): the arena before; (that, site).
  case enterArena, leaveArena
  /// Before a WASI function: (pointer, bytes, 1 if it writes, 1 if the pointer has a key), the same with a count of
  /// buffers, (pointers, bytes, bits that say which has a key, 1 for the environment).
  case checkRange, checkBuffers, checkArguments
  /// (address of the text, arena around, site), (address of the slice, element size, arena around, 1 if elements may
  /// lead back, site): what leaves the arenas within. `beginLeaving` comes before a value that may lead back to itself.
  case copyTextOut, copySliceOut, beginLeaving
  /// (pointer): says why its key doesn't fit, and stops the program.
  case stale
  /// (length, capacity, element size, site): new slice storage, zeroed up to the length: pointer and capacity.
  case allocate
  /// (address of the slice, 0 for one in variables, pointer, length, capacity, element size, site): whole storage with
  /// room for one more element: pointer and capacity.
  case grow
  /// (site): what is written from now on grows there. Returns the site before.
  case writing
  /// (a, b, site)
  case concatenate
  case compareText, equalText
  /// (hasher, word), (hasher, text): feeds a hasher.
  case hashWord, hashText
  /// (text, index): the code point at a byte index, with its length in bytes in the upper half.
  case decode
  /// (address of the slice, length, element size): lowers the length of a slice.
  case setLength
  /// The program's arguments as String[].
  case arguments
  /// Leaves a table of what was never freed for the host.
  case leaks
  /// (pointer, owner, last byte of what the pointer is used for): the pointer, which leads to somewhere within what the owner
  /// leads to. Only where there are blocks.
  case inner
  /// Brings memory back whose tags are used up; 1 if it did. Only where the host helps.
  case sweep
  /// (status): ends the program.
  case exit
  /// (error, what of it is taken over: 1 the message, 2 the code, site): the error of a function that has failed. The
  /// error that waits, and the same for who may keep it. What becomes of one that nobody looks at, and of one that leaves main.
  case setError, currentError, takeError, dropError, reportError

  /// Those after which there is something to be written at the program's end.
  static let thatPrint: [RuntimeFunction] = [.output, .printText, .printBytes]

  /// Its name in the library.
  package var name: String {
    switch self {
    case .finish: "_finish"
    case .writeI64: "_write_i64"
    case .writeU64: "_write_u64"
    case .writeF64: "_write_f64"
    case .writeF32: "_write_f32"
    case .writeBoolean: "_write_boolean"
    case .writeText: "_write_text"
    case .writeQuoted: "_write_quoted"
    case .writeCodePoint: "_write_code_point"
    case .writeI64Base: "_write_i64_base"
    case .writeU64Base: "_write_u64_base"
    case .writeF64Digits: "_write_f64_digits"
    case .pad: "_pad"
    case .output: "_output"
    case .endPrint: "_end_print"
    case .afterOutput: "_after_output"
    case .printText: "_print_text"
    case .printBytes: "_print_bytes"
    case .readLine: "_read_line"
    case .new: "_new"
    case .newNear: "_new_near"
    case .newLocal: "_new_local"
    case .endLocal: "_end_local"
    case .delete: "_delete"
    case .deleteSlice: "_delete_slice"
    case .deleteText: "_delete_text"
    case .drop: "_drop"
    case .enterArena: "_enter_arena"
    case .leaveArena: "_leave_arena"
    case .checkRange: "_check_range"
    case .checkBuffers: "_check_buffers"
    case .checkArguments: "_check_arguments"
    case .copyTextOut: "_copy_text_out"
    case .copySliceOut: "_copy_slice_out"
    case .beginLeaving: "_begin_leaving"
    case .stale: "_stale"
    case .allocate: "_allocate"
    case .grow: "_grow_slowly"
    case .writing: "_writing"
    case .concatenate: "_concatenate"
    case .compareText: "_compare_text"
    case .equalText: "_equal_text"
    case .hashWord: "_hash_word"
    case .hashText: "_hash_text"
    case .decode: "_decode"
    case .setLength: "_set_length"
    case .arguments: "_arguments"
    case .leaks: "_leaks"
    case .inner: "_inner"
    case .sweep: "_sweep"
    case .exit: "_exit"
    case .setError: "_set_error"
    case .currentError: "_current_error"
    case .takeError: "_take_error"
    case .dropError: "_drop_error"
    case .reportError: "_report_error"
    }
  }
}
