// What a program is kept within: what it may use, and what it may reach, by the command line and the project's manifest.

import ZongManifest
import ZongRuntime

/// What the command line says of the sandbox.
struct SandboxSettings {
  var limits = RunLimits()
  var permissions = PermissionSettings()
  /// What the project's manifest asks for is allowed.
  var takesProjectPermissions = false
  /// The person at the terminal is asked for what isn't allowed.
  var asks = false

  /// With what the project's manifest says where the command line says nothing. A manifest only restricts by itself: it
  /// may have come with the code that it would give rights to.
  func sandbox(in project: Project?) -> Sandbox {
    guard let project else { return Sandbox(limits: limits, permissions: permissions.permissions, asks: asks) }
    let manifest = project.permissions
    var said = PermissionSettings()
    said.denied = manifest.denied
    if takesProjectPermissions { said.allowed = manifest.allowed }
    let limits = limits.filled(from: project.manifest.limits)
    var sandbox = Sandbox(limits: limits, permissions: permissions.filled(from: said).permissions, asks: asks)
    if takesProjectPermissions {
      // What the program wrote there would be its rights the next time.
      sandbox.permissions.write.denied.append(RealPath(resolving: project.file))
    } else if !permissions.allowsAll, !manifest.allowed.isEmpty {
      sandbox.notTaken = (project.file, project.manifest.permissions.allowances)
    }
    return sandbox
  }
}

struct Sandbox {
  var limits = RunLimits()
  var permissions = Permissions()
  /// The person at the terminal is asked for what isn't allowed.
  var asks = false
  /// A manifest, and what it asks for, as options, that wasn't taken from it.
  var notTaken: (file: String, allowances: [String])?

  /// The options of a run within it.
  func runOptions(programName: String, arguments: [String] = []) -> RunOptions {
    var options = RunOptions(
      programName: programName, arguments: arguments, maxMemory: limits.maxMemory, timeout: limits.timeout)
    options.permissions = permissions
    options.asksForPermissions = asks
    options.maxOutput = limits.maxOutput
    options.maxFuel = limits.maxFuel
    if let count = limits.maxOpenFiles { options.maxOpenFiles = count }
    if let count = limits.maxProcesses { options.maxProcesses = count }
    return options
  }
}

extension Sandbox {
  /// What a person is told whose program failed after it was denied something that its manifest asks for.
  var denialHint: String? {
    notTaken.map { "note: \($0.file) asks for \($0.allowances.joined(separator: " ")); -P gives it\n" }
  }
}

extension PermissionSettings {
  /// As what the runtime goes by. Paths are looked up now, from the folder that the command runs in.
  var permissions: Permissions {
    var result = Permissions()
    result.read = paths(.read)
    result.write = paths(.write)
    result.environment.allowed =
      allowsAll || allowed[.environment]?.hasAll == true ? .all : .names(allowed[.environment]?.names ?? [])
    result.environment.denied = denied[.environment]?.names ?? []
    result.environment.deniesAll = denied[.environment]?.hasAll ?? false
    result.network.allowsAll = allowsAll || allowed[.network]?.hasAll == true
    result.network.allowed = (allowed[.network]?.names ?? []).compactMap { NetworkPattern($0) }
    result.network.denied = (denied[.network]?.names ?? []).compactMap { NetworkPattern($0) }
    result.network.deniesAll = denied[.network]?.hasAll ?? false
    result.programs.allowsAll = allowsAll || allowed[.program]?.hasAll == true
    result.programs.allowed = (allowed[.program]?.names ?? []).map { ProgramName($0) }
    result.programs.denied = (denied[.program]?.names ?? []).map { ProgramName($0) }
    result.programs.deniesAll = denied[.program]?.hasAll ?? false
    return result
  }

  private func paths(_ kind: PermissionKind) -> PathPermission {
    var result = PathPermission()
    let places = (allowed[kind]?.names ?? []).map(RealPath.init(resolving:))
    if allowsAll {
      result.allow = .everything
    } else {
      result.allow = allowed[kind]?.hasAll == true ? .files(and: places) : .places(places)
    }
    result.denied = (denied[kind]?.names ?? []).map(RealPath.init(resolving:))
    result.deniesAll = denied[kind]?.hasAll ?? false
    return result
  }
}
