// `--emit checks`: every check of a pointer, an index or a range in the user's files, whether it is in the module, and
// why not.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

/// What became of the checks of a program.
struct CheckReport {
  private struct Site: Hashable {
    let position: UInt32
    let isKey: Bool
  }

  private let lowered: Set<Site>
  private let sources: SourceMap

  /// Takes down the checks as they were lowered, before the passes change them.
  init(_ program: ZongIR.Program, _ sources: SourceMap) {
    lowered = CheckReport.sites(program)
    self.sources = sources
  }

  private static func sites(_ program: ZongIR.Program) -> Set<Site> {
    var sites: Set<Site> = []
    for definition in program.definitions {
      guard case .defined(let function) = definition else { continue }
      for place in 0..<function.order.count {
        let block = function.blocks[function.order[place].index]
        for index in block.start..<block.end {
          let instruction = function.instructions[index]
          guard instruction.position != 0 else { continue }
          if instruction.isKeyCheck || CheckReport.isBounds(instruction) {
            sites.insert(Site(position: instruction.position, isKey: instruction.isKeyCheck))
          }
        }
      }
    }
    return sites
  }

  private static func isBounds(_ instruction: Instruction) -> Bool {
    guard instruction.opcode == .check else { return false }
    switch ZongIR.StopKind(rawValue: UInt8(truncatingIfNeeded: instruction.c)) {
    case .bounds, .boundsUnsigned, .range, .rangeInclusive: return true
    default: return false
    }
  }

  /// The list, a check a line, in the order of the source. Without a report of the optimiser all checks are kept.
  func text(_ program: ZongIR.Program, _ report: OptimizerReport?) -> String {
    let kept = CheckReport.sites(program)
    var fates: [Site: [CheckFate]] = [:]
    for fate in report?.fates ?? [] {
      fates[Site(position: fate.position, isKey: fate.isKey), default: []].append(fate)
    }
    var text = ""
    for site in lowered.sorted(by: { ($0.position, $0.isKey ? 1 : 0) < ($1.position, $1.isKey ? 1 : 0) }) {
      guard let file = sources.file(at: Position(site.position)), !file.isLibrary else { continue }
      let found = (fates[site] ?? []).sorted { ($0.other, "\($0.reason)") < ($1.other, "\($1.reason)") }
      text += "\(place(site.position))  \(site.isKey ? "key   " : "bounds")  "
      text += line(isKept: kept.contains(site), found) + "\n"
    }
    return text
  }

  private func line(isKept: Bool, _ fates: [CheckFate]) -> String {
    let isTested = isKept && fates.contains { $0.reason == .testedBeforeLoop }
    let isMoved = isTested || isKept && fates.contains { $0.reason == .movedOutOfLoop }
    let kept = isTested ? "tested in front of the loop" : isMoved ? "moved in front of the loop" : "kept"
    var words = isKept ? kept : "removed"
    var reasons: [String] = []
    for fate in fates where (fate.reason == .mayHaveBeenFreed) == (isKept && !isMoved) {
      if let reason = reason(fate), !reasons.contains(reason) { reasons.append(reason) }
    }
    if !reasons.isEmpty && !isMoved { words += ": " + reasons.joined(separator: "; ") }
    return words
  }

  private func reason(_ fate: CheckFate) -> String? {
    switch fate.reason {
    case .neverFreed: "the memory is never freed"
    case .checkedBefore: "checked at \(place(fate.other)), and nothing frees in between"
    case .checkedByCallers: "checked or made before each call, and nothing frees in between"
    case .madeBefore: "allocated at \(place(fate.other)), and nothing frees in between"
    case .implied: "follows from what was tested before"
    case .movedOutOfLoop, .testedBeforeLoop: nil
    case .mayHaveBeenFreed:
      isInUserFile(fate.other)
        ? "\(place(fate.other)) may free since the last check" : "a call may have freed it since the last check"
    }
  }

  private func isInUserFile(_ position: UInt32) -> Bool {
    sources.file(at: Position(position)).map { !$0.isLibrary } ?? false
  }

  private func place(_ position: UInt32) -> String {
    let location = sources.location(of: Position(position))
    return "\(location.path):\(location.line):\(location.column)"
  }
}

extension Compilation {
  /// What becomes of every check, as text.
  package func checkReport(_ typed: TypedProgram) -> String {
    var program = loweredIR(typed)
    let report = CheckReport(program, sources)
    if !options.optimize { return report.text(program, nil) }
    var settings = options.optimizer
    settings.keepsFates = true
    let result = Optimizer.run(&program, settings)
    return report.text(program, result)
  }
}
