// Functions that no engine takes, as diagnostics.

import ZongSema
import ZongSyntax

extension Compilation {
  /// Reports the functions; whether there are any.
  func report(_ oversized: [OversizedFunction], _ plan: ProgramPlan) -> Bool {
    for function in oversized { report(function, plan) }
    return !oversized.isEmpty
  }

  private func report(_ oversized: OversizedFunction, _ plan: ProgramPlan) {
    let (owner, span) = describe(oversized, plan)
    let (message, note) =
      switch oversized.limit {
      case .bodySize:
        (
          "\(owner) becomes \(megabytes(oversized.amount)) MB of code, and engines take 7.6 MB in one function",
          "move some of it into functions of their own"
        )
      case .locals:
        (
          "\(owner) needs \(oversized.amount) variables at once, and engines take \(EngineLimits.locals) in one function",
          "move some of it into functions of their own, or keep the values in an array or a slice"
        )
      case .parameters:
        (
          "\(owner) has parameters of \(oversized.amount) values, and engines take \(EngineLimits.parameters)",
          "gather them in a struct and pass a pointer to it; a text is two values, a slice three"
        )
      }
    report(.functionTooLarge, at: span, message, note: note)
  }

  /// What the function is called, and where it is declared.
  private func describe(_ oversized: OversizedFunction, _ plan: ProgramPlan) -> (owner: String, span: Span) {
    let start = Position(oversized.position)
    let somewhere = Span(start, start)
    let index = Int(oversized.id.index) - plan.imports.count
    guard index >= 0, index < plan.defined.count, case .declared(let id) = plan.defined[index] else {
      return ("a function that the compiler makes", somewhere)
    }
    let info = plan.program.declarations.functions[id.index]
    switch info.kind {
    case .script: return ("the script", somewhere)
    case .test: return ("the test", somewhere)
    case .defaultValue: return ("the default value", somewhere)
    case .globalInitializer: return ("the initial value", somewhere)
    default:
      let start = plan.program.declarations.parts[Int(info.part.index)].tokens.position(of: info.nameToken)
      let length = UInt32(names.bytes(of: info.name).count)
      return ("`\(names.text(of: info.name))`", Span(start, Position(start.offset &+ length)))
    }
  }

  /// With one decimal, rounded up, so that it is never the limit itself.
  private func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 99_999) / 100_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
