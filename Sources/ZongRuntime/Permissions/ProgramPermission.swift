// Which programs a program may start. What runs then isn't held in by anything: it may do whatever the person may do who
// runs it.

/// A program as somebody names it, and where that leads.
package struct ProgramName: Sendable, Equatable {
  /// The last name, as it was written. Some executables are many programs, told apart by the name that they are started
  /// by: whoever may start one of them may not start the others.
  let name: [UInt8]
  /// The executable, without links; null if there is none.
  package let path: RealPath?

  /// Looks a program up: a name without `/` in the folders of this process's `PATH`, everything else as a path from the
  /// folder that it works in.
  package init(_ text: String) {
    let slash = UInt8(ascii: "/")
    name = text.utf8.split(separator: slash).last.map(Array.init) ?? []
    if text.utf8.contains(slash) {
      path = ProgramName.executable(text)
    } else {
      path = text.isEmpty ? nil : ProgramName.folders.lazy.compactMap { ProgramName.executable("\($0)/\(text)") }.first
    }
  }

  /// Where programs are looked for. A relative folder would let whoever writes in it choose what runs.
  private static var folders: [Substring] {
    (environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").filter { $0.hasPrefix("/") }
  }

  private static func executable(_ path: String) -> RealPath? {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      access(path, X_OK) == 0
    else { return nil }
    return RealPath(resolving: path)
  }
}

package struct ProgramPermission: Sendable {
  package var allowed: [ProgramName] = []
  package var allowsAll = false
  package var denied: [ProgramName] = []
  package var deniesAll = false

  package init() {}

  func covers(_ program: ProgramName) -> Bool { allows(program) && !denies(program) }

  /// The same, if nothing were denied.
  func allows(_ program: ProgramName) -> Bool { allowsAll || allowed.contains(program) }

  /// What is denied is so under every name.
  func denies(_ program: ProgramName) -> Bool {
    deniesAll || denied.contains { $0 == program || $0.path != nil && $0.path == program.path }
  }

  /// Whether nothing may be kept from being started.
  var coversAll: Bool { allowsAll && !deniesAll && denied.isEmpty }
}
