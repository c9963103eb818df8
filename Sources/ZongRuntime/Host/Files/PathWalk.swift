// Finding what a path leads to without ever being led elsewhere: name by name, each folder opened from the one before it,
// links read and followed by hand. What was walked is known, so it can be compared with the permissions, and the last
// folder is held open, so that nothing that happens to the path afterwards matters.

import CWasmtime

/// Where a walk ended: a folder held open, and the last name in it.
struct PathEnd {
  /// Where it is, without links; as it was written from where the walk failed.
  let path: RealPath
  /// The folder that holds it; null after an error.
  let folder: Descriptor?
  /// The name in that folder, ended by a zero byte: `.` for the folder itself.
  let name: [CChar]
  /// It was written with a slash at its end, or as `.` or `..`.
  let mustBeFolder: Bool
  /// What stopped the walk.
  let error: WASIError
}

/// A walk from the root along a path.
struct PathWalk {
  /// The most links and names that are followed; a path that needs more is a loop.
  private static let limit = 20_000
  /// The most links (Linux has the same).
  private static let linkLimit = 40

  /// Where the walk is, without links.
  private var place: [[UInt8]] = []
  /// The names that are still to be walked, the next one last.
  private var rest: [[UInt8]]
  private var folder: Descriptor?
  private var links = 0
  private let followsLast: Bool
  private let endsInSlash: Bool

  /// - Parameters:
  ///   - start: Where relative paths begin.
  ///   - path: What to follow, in bytes.
  ///   - followsLast: The last name is followed if it is a link.
  init(from start: RealPath, _ path: [UInt8], followsLast: Bool = true) {
    let slash = UInt8(ascii: "/")
    let names = path.split(separator: slash).map(Array.init)
    let isAbsolute = path.first == slash
    rest = Array((isAbsolute ? names : start.names + names).reversed())
    endsInSlash = path.last == slash
    // `link/` is what the link leads to.
    self.followsLast = followsLast || endsInSlash
  }

  mutating func run() -> PathEnd {
    folder = PathWalk.root()
    guard folder != nil else { return failure(.system(errno)) }
    for _ in 0..<Self.limit {
      guard let name = rest.popLast() else { return end(".", mustBeFolder: true) }
      if name == [dot] { continue }
      if name == [dot, dot] {
        goUp()
        continue
      }
      guard name.count <= 255, !name.contains(0) else {
        rest.append(name)
        return failure(name.contains(0) ? .invalid : .nameTooLong)
      }
      if let ended = enter(name, isLast: rest.isEmpty) { return ended }
    }
    return failure(.loop)
  }

  private static func root() -> Descriptor? {
    let number = open_folder_on_the_way(AT_FDCWD, "/")
    return number < 0 ? nil : Descriptor(taking: number)
  }

  private let dot = UInt8(ascii: ".")

  /// Begins again at the root, for the folder above this one.
  private mutating func goUp() {
    if !place.isEmpty { place.removeLast() }
    rest.append(contentsOf: place.reversed())
    place = []
    folder = PathWalk.root()
  }

  /// Follows one name. The end of the walk, if it is that.
  private mutating func enter(_ name: [UInt8], isLast: Bool) -> PathEnd? {
    guard let current = folder else { return failure(.inputOutput) }
    let text = terminated(name)
    switch link(text, in: current) {
    case .success(let target):
      return isLast && !followsLast ? end(name, in: current) : follow(target, from: name)
    case .failure(let error):
      // No link, or nothing there: what becomes of that is the caller's matter.
      if isLast { return error == .invalid || error == .noEntry ? end(name, in: current) : fail(name, error) }
    }
    let number = open_folder_on_the_way(current.number, text)
    guard number >= 0 else { return fail(name, .system(errno)) }
    folder = Descriptor(taking: number)
    place.append(name)
    return nil
  }

  private mutating func follow(_ target: [UInt8], from name: [UInt8]) -> PathEnd? {
    links += 1
    guard links <= Self.linkLimit, !target.isEmpty else { return fail(name, target.isEmpty ? .noEntry : .loop) }
    let slash = UInt8(ascii: "/")
    rest.append(contentsOf: target.split(separator: slash).map(Array.init).reversed())
    if target.first == slash {
      place = []
      folder = PathWalk.root()
    }
    return nil
  }

  /// What a link holds; `invalid` if what has that name is no link.
  private func link(_ name: [CChar], in folder: Descriptor) -> Result<[UInt8], WASIError> {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress else { return .failure(.inputOutput) }
      let count = readlinkat(folder.number, name, start, buffer.count)
      return count < 0 ? .failure(.system(errno)) : .success(buffer[..<count].map { UInt8(bitPattern: $0) })
    }
  }

  private func end(_ name: [UInt8], in folder: Descriptor) -> PathEnd {
    PathEnd(
      path: RealPath(names: place + [name]), folder: folder, name: terminated(name), mustBeFolder: endsInSlash,
      error: .success)
  }

  private func end(_ name: String, mustBeFolder: Bool) -> PathEnd {
    PathEnd(
      path: RealPath(names: place), folder: folder, name: Array(name.utf8CString), mustBeFolder: mustBeFolder,
      error: .success)
  }

  private mutating func fail(_ name: [UInt8], _ error: WASIError) -> PathEnd {
    rest.append(name)
    return failure(error)
  }

  /// What wasn't walked is taken as it is written.
  private func failure(_ error: WASIError) -> PathEnd {
    var names = place
    for name in rest.reversed() where name != [dot] {
      if name == [dot, dot] { _ = names.popLast() } else { names.append(name) }
    }
    return PathEnd(path: RealPath(names: names), folder: nil, name: [], mustBeFolder: endsInSlash, error: error)
  }

  private func terminated(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }
}
