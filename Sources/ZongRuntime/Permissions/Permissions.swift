// What a program may reach outside of itself. Nothing, unless the person who runs it says so; what is denied wins over
// what is allowed.

/// The permissions of one run.
package struct Permissions: Sendable {
  /// Looking at files and folders.
  package var read = PathPermission()
  /// Making, changing and removing them.
  package var write = PathPermission()
  /// Environment variables.
  package var environment = NamePermission()
  /// Connecting, listening, looking names up.
  package var network = NetworkPermission()
  /// Starting other programs.
  package var programs = ProgramPermission()

  package init() {}

  /// Everything that the person may do who runs the program.
  package static var everything: Permissions {
    var result = Permissions()
    result.read.allow = .everything
    result.write.allow = .everything
    result.environment.allowed = .all
    result.network.allowsAll = true
    result.programs.allowsAll = true
    return result
  }
}

/// Which files and folders a program may use in one way.
package struct PathPermission: Sendable {
  package enum Allowance: Sendable {
    /// These and what lies below them; none at first.
    case places([RealPath])
    /// All but the system's own folders (`RealPath.isSystem`), and of those these.
    case files(and: [RealPath])
    /// All.
    case everything
  }

  package var allow = Allowance.places([])
  package var denied: [RealPath] = []
  package var deniesAll = false

  package init() {}

  /// Whether the file or folder at `path` may be used.
  func covers(_ path: RealPath) -> Bool {
    allows(path) && !denies(path, withTree: false)
  }

  /// The same, if nothing were denied.
  func allows(_ path: RealPath) -> Bool {
    switch allow {
    case .everything: return true
    case .files(let places): return !path.isSystem || path.isHarmlessDevice || isWithin(places, path)
    case .places(let places): return isWithin(places, path)
    }
  }

  /// Whether the file or folder at `path`, or something that lies in it, is denied.
  func denies(_ path: RealPath, withTree: Bool) -> Bool {
    deniesAll || denied.contains { $0.holds(path) || withTree && path.holds($0) }
  }

  /// A place outside of the system's folders, the root among them, doesn't open those; what processes show is opened by
  /// no place.
  private func isWithin(_ places: [RealPath], _ path: RealPath) -> Bool {
    !path.isOfProcess
      && places.contains { $0.holds(path) && ($0.isSystem || !path.isSystem || path.isHarmlessDevice) }
  }

  /// Whether nothing was said of `path`, so that somebody could be asked.
  func isOpen(_ path: RealPath) -> Bool {
    !path.isOfProcess && !denies(path, withTree: true)
  }

  /// Adds a place to what is allowed.
  mutating func add(_ place: RealPath) {
    switch allow {
    case .places(let places): allow = .places(places + [place])
    case .files(let places): allow = .files(and: places + [place])
    case .everything: break
    }
  }

  /// Whether the folder at `path` may be used with all that lies in it: nothing there is denied.
  func coversTree(_ path: RealPath) -> Bool { covers(path) && !denies(path, withTree: true) }
}

/// Which names a program may use: exact ones, and with `*` at the end those that begin so.
package struct NamePermission: Sendable {
  package enum Allowance: Sendable {
    case names([String])
    case all

    /// The names that a person has typed, with commas between; null if they can't be any.
    init?(_ text: String) {
      let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard names.allSatisfy(NamePermission.isPattern) else { return nil }
      self = .names(names)
    }
  }

  package var allowed = Allowance.names([])
  package var denied: [String] = []
  package var deniesAll = false

  package init() {}

  /// Whether there may be names that it doesn't cover.
  var isLimited: Bool {
    if case .all = allowed { return deniesAll || !denied.isEmpty }
    return true
  }

  /// What is allowed, for the program to read: names and, after `!`, what is denied, with commas between.
  var text: String {
    let names: [String] =
      switch allowed {
      case .all: ["*"]
      case .names(let patterns): patterns
      }
    return (names + (deniesAll ? ["!*"] : denied.map { "!" + $0 })).joined(separator: ",")
  }

  func covers(_ name: String) -> Bool {
    if deniesAll || denied.contains(where: { NamePermission.matches($0, name) }) { return false }
    return switch allowed {
    case .all: true
    case .names(let patterns): patterns.contains { NamePermission.matches($0, name) }
    }
  }

  /// Whether a text could be a variable's name, or the beginning of one and a `*`.
  private static func isPattern(_ text: String) -> Bool {
    let name = text.hasSuffix("*") ? text.dropLast() : text[...]
    return !text.isEmpty
      && name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
  }

  private static func matches(_ pattern: String, _ name: String) -> Bool {
    pattern.utf8.last == UInt8(ascii: "*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
  }
}
