// The options that say what a program may reach.

import ArgumentParser
import ZongManifest
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

  @Option(help: ArgumentHelp("Let the program start other programs: all, or only these.", valueName: "program,…"))
  var allowRun: [NameList] = []

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

  @Option(help: ArgumentHelp("Not these, whatever is allowed.", valueName: "program,…"))
  var denyRun: [NameList] = []

  /// The options as plain values.
  var settings: PermissionSettings {
    var result = PermissionSettings()
    result.allowsAll = allowAll
    result.allowed[.read] = allowRead.joined
    result.allowed[.write] = allowWrite.joined
    result.allowed[.environment] = allowEnv.joined
    result.denied[.read] = denyRead.joined
    result.denied[.write] = denyWrite.joined
    result.denied[.environment] = denyEnv.joined
    result.allowed[.network] = allowNet.map(\.list).joined
    result.allowed[.program] = allowRun.joined
    result.denied[.program] = denyRun.joined
    result.denied[.network] = denyNet.map(\.list).joined
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
  let list: NameList

  init?(argument: String) {
    guard let list = NameList(argument: argument) else { return nil }
    if case .names(let names) = list, !names.allSatisfy({ NetworkPattern($0) != nil }) { return nil }
    self.list = list
  }
}

extension [NameList] {
  /// What an option says that was given several times; null if it wasn't given.
  fileprivate var joined: PermissionNames? {
    if isEmpty { return nil }
    var result = PermissionNames()
    for list in self {
      switch list {
      case .all: result.hasAll = true
      case .names(let names): result.names += names
      }
    }
    return result
  }
}
