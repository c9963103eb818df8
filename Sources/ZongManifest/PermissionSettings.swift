// What was said of permissions, on the command line or in a manifest: names of options with what they allow or deny.

/// A kind of permission, as options name it: `--allow-read`, `--deny-read`.
package enum PermissionKind: String, CaseIterable, Sendable {
  case read, write
  case environment = "env"
  case network = "net"
  case program = "run"

  /// Whether a name is a path, which begins in the manifest's folder if it is relative.
  package func isPath(_ name: String) -> Bool {
    switch self {
    case .read, .write: true
    case .program: name.utf8.contains(UInt8(ascii: "/"))
    case .environment, .network: false
    }
  }
}

/// What stands behind an option: names, or none for all. Given twice it may be both.
package struct PermissionNames: Sendable, Equatable {
  package var hasAll = false
  package var names: [String] = []

  package init(all: Bool = false, _ names: [String] = []) {
    hasAll = all
    self.names = names
  }

  /// With other names.
  package func mapped(_ change: (String) -> String) -> PermissionNames {
    PermissionNames(all: hasAll, names.map(change))
  }
}

/// What is allowed and denied, by kind.
package struct PermissionSettings: Sendable {
  /// What each `--allow-…` says; nothing where it isn't there.
  package var allowed: [PermissionKind: PermissionNames] = [:]
  /// What each `--deny-…` says.
  package var denied: [PermissionKind: PermissionNames] = [:]
  /// `--allow-all`.
  package var allowsAll = false

  package init() {}

  /// These, and for each option that they don't have what `others` say of it.
  package func filled(from others: PermissionSettings) -> PermissionSettings {
    var result = self
    result.allowed.merge(others.allowed) { own, _ in own }
    result.denied.merge(others.denied) { own, _ in own }
    return result
  }

  /// What is allowed, as options for a command line, in the order of the kinds.
  package var allowances: [String] {
    PermissionKind.allCases.compactMap { kind in
      guard let said = allowed[kind], said.hasAll || !said.names.isEmpty else { return nil }
      return "--allow-\(kind.rawValue)" + (said.hasAll ? "" : "=" + said.names.joined(separator: ","))
    }
  }
}
