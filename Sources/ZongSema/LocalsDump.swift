// `--emit locals`: where the locals lie whose address is taken, by function.
//
//   func work
//     3:7 x: frame
//     4:7 y: own slot, ends at 9:1

import ZongStores
import ZongSyntax

package enum LocalsDump {
  /// The functions of the user's that have such locals, in the order of their declarations.
  package static func text(of program: TypedProgram, _ sources: SourceMap) -> String {
    var text = ""
    for function in program.reachable.functions {
      let info = program.declarations.functions[function.index]
      guard info.takesAddresses else { continue }
      text += heading(info, program) + "\n"
      let code = program.codes[Int(info.code)]
      for index in info.firstLocal..<info.firstLocal + info.localCount where code.locals[index].isAddressTaken {
        text += "  " + line(code.locals[index], program, sources) + "\n"
      }
    }
    return text
  }

  private static func heading(_ info: FunctionInfo, _ program: TypedProgram) -> String {
    switch info.kind {
    case .script: return "script"
    case .defaultValue: return "default value"
    case .globalInitializer: return "global initializer"
    default: break
    }
    return "func " + program.typeNames.showFunction(info)
  }

  private static func line(_ local: LocalInfo, _ program: TypedProgram, _ sources: SourceMap) -> String {
    let name =
      local.isEnvironment ? "(captured)" : local.name == .none ? "(unnamed)" : program.names.text(of: local.name)
    let place = local.hasOwnSlot ? "own slot, ends at \(shown(local.end, sources))" : "frame"
    return "\(shown(local.position, sources)) \(name): \(place)"
  }

  private static func shown(_ position: Position, _ sources: SourceMap) -> String {
    let location = sources.location(of: position)
    return "\(location.line):\(location.column)"
  }
}
