// The entry of the module: initialises globals, runs main, writes out what is buffered, passes the exit status on.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  func lowerEntry() {
    builder.begin(builder.block())
    for global in program.reachable.globals { initialize(global) }
    // The buffer for values is taken from the heap now, so that printing never takes memory that was just freed.
    if program.runtime(.output) != .none { _ = callRuntime(.output, [], .i64) }
    let main = declarations.main
    if main != .none {
      runMain(main)
    } else if declarations.script != .none {
      _ = call(plan.irId(declarations.script), [])
      finishOutput()
    }
    builder.returnValues(.empty)
  }

  /// The entry of one test: what `_start` is to a program.
  func lowerTestEntry(_ test: ZongSema.FunctionId) {
    builder.begin(builder.block())
    for global in program.reachable.globals { initialize(global) }
    runFallibleMain(plan.irId(test), [], declarations.functions[test.index].result)
    builder.returnValues(.empty)
  }

  private func initialize(_ global: GlobalId) {
    let globalInfo = declarations.globals[global.index]
    let address = builder.i32(Int32(bitPattern: plan.globalAddresses[Int(global.index)]))
    let initializer = plan.irId(globalInfo.initializer)
    if needsResultAddress(globalInfo.type) {
      _ = call(initializer, [address])
    } else {
      let parts = leafTable.passed(globalInfo.type)
      store(scalarResults(initializer, [], parts), parts, address, 0)
    }
  }

  private func finishOutput() {
    if program.runtime(.finish) != .none { _ = callRuntime(.finish, []) }
    if program.runtime(.leaks) != .none { _ = callRuntime(.leaks, []) }
  }

  private func runMain(_ main: ZongSema.FunctionId) {
    let mainInfo = declarations.functions[main.index]
    var arguments: [ValueId] = []
    if mainInfo.parameterCount > 0 {
      let leaves = leafTable.leaves(of: declarations.parameter(mainInfo, 0).type)
      let slice = scalarResults(plan.irId(program.runtime(.arguments)), [], leaves)
      for index in 0..<slice.count { arguments.append(slice[index]) }
    }
    if types[mainInfo.result].kind == .fallible { return runFallibleMain(plan.irId(main), arguments, mainInfo.result) }
    if mainInfo.result != .i32 {
      _ = call(plan.irId(main), arguments)
      finishOutput()
      return
    }
    exitWith(call(plan.irId(main), arguments, .i32))
  }

  private func runFallibleMain(_ main: ZongIR.FunctionId, _ arguments: [ValueId], _ type: TypeId) {
    let result = scalarResults(main, arguments, leafTable.leaves(of: type))
    finishOutput()
    reportFailureOfMain(result, type)
    if types[type].element == .i32 { exitWith(result[0]) }
  }

  /// Ends the program with a status, if it isn't 0.
  private func exitWith(_ status: ValueId) {
    let kept = builder.variable(.i32)
    builder.set(kept, status)
    finishOutput()
    let exit = builder.block()
    let end = builder.block()
    let statusAgain = builder.get(kept)
    builder.branch(statusAgain, to: exit, else: end)
    builder.begin(exit)
    if program.runtime(.exit) != .none { _ = callRuntime(.exit, [builder.get(kept)]) }
    builder.jump(builder.edge(end))
    builder.begin(end)
  }
}
