// The options that say what a program may reach.

import ArgumentParser
import ZongRuntime

struct PermissionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Let the program read files and folders: all, or only these.", valueName: "path,…"))
  var allowRead: [NameList] = []

  @Option(help: ArgumentHelp("Let the program make, change and remove files and folders.", valueName: "path,…"))
  var allowWrite: [NameList] = []

  @Option(help: ArgumentHelp("Let the program see environment variables: all, or only these.", valueName: "NAME,A_*,…"))
  var allowEnv: [NameList] = []

  @Option(help: ArgumentHelp("Let the program use the network: all, or only these.", valueName: "host[:port],…"))
  var allowNet: [PlaceList] = []

  @Flag(help: "Let the program do whatever you may do.")
  var allowAll = false

  @Option(help: ArgumentHelp("Not these, whatever is allowed.", valueName: "path,…"))
  var denyRead: [NameList] = []

  @Option(help: ArgumentHelp("Not these, whatever is allowed.", valueName: "path,…"))
  var denyWrite: [NameList] = []

  @Option(help: ArgumentHelp("Not these, whatever is allowed.", valueName: "NAME,A_*,…"))
  var denyEnv: [NameList] = []

  @Option(help: ArgumentHelp("Not these, whatever is allowed.", valueName: "host[:port],…"))
  var denyNet: [PlaceList] = []

  /// The options as what the runtime goes by. Paths are looked up now, from the folder that the command runs in.
  var permissions: Permissions {
    var result = Permissions()
    result.read = paths(allowRead, denyRead)
    result.write = paths(allowWrite, denyWrite)
    result.environment.allowed = allowAll || allowEnv.hasAll ? .all : .names(allowEnv.names)
    result.environment.denied = denyEnv.names
    result.environment.deniesAll = denyEnv.hasAll
    result.network.allowsAll = allowAll || allowNet.contains { $0.patterns == nil }
    result.network.allowed = allowNet.flatMap { $0.patterns ?? [] }
    result.network.deniesAll = denyNet.contains { $0.patterns == nil }
    result.network.denied = denyNet.flatMap { $0.patterns ?? [] }
    return result
  }

  private func paths(_ allowed: [NameList], _ denied: [NameList]) -> PathPermission {
    var result = PathPermission()
    if allowAll {
      result.allow = .everything
    } else if allowed.hasAll {
      result.allow = .files(and: allowed.names.map(RealPath.init(resolving:)))
    } else {
      result.allow = .places(allowed.names.map(RealPath.init(resolving:)))
    }
    result.denied = denied.names.map(RealPath.init(resolving:))
    result.deniesAll = denied.hasAll
    return result
  }
}

/// What stands behind the `=` of a permission: names with commas between, or all if nothing stands there.
enum NameList: ExpressibleByArgument {
  case all
  case names([String])

  init?(argument: String) {
    if argument == OptionalValues.none {
      self = .all
      return
    }
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    // `--allow-read=$FOLDER` mustn't allow all because the variable is empty.
    if names.contains(where: \.isEmpty) { return nil }
    self = .names(names)
  }
}

/// What stands behind the `=` of a permission for the network.
struct PlaceList: ExpressibleByArgument {
  /// Null for all.
  let patterns: [NetworkPattern]?

  init?(argument: String) {
    guard let list = NameList(argument: argument) else { return nil }
    guard case .names(let names) = list else {
      patterns = nil
      return
    }
    let patterns = names.compactMap { NetworkPattern($0) }
    if patterns.count < names.count { return nil }
    self.patterns = patterns
  }
}

extension [NameList] {
  fileprivate var hasAll: Bool { contains { if case .all = $0 { true } else { false } } }

  fileprivate var names: [String] {
    flatMap { list -> [String] in if case .names(let names) = list { names } else { [] } }
  }
}
