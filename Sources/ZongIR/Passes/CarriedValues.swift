// Values of blocks that are copied: where other blocks use one, it depends on the way which copy has made it. Such a
// value goes through a variable that all copies set, and that the blocks that use it read.

import ZongStores

/// The values of copied blocks that are used in others.
struct CarriedValues: ~Copyable {
  private static let none = UInt32.max

  /// The block of each value.
  private var homes = Store<UInt32>()
  /// By value: the variable that it goes through, or `none`.
  private var variables = Store<UInt32>()
  /// By block: the values of copied blocks elsewhere that it uses.
  private var reads = LinkedLists()
  /// By value: the block that was noted last as one that uses it.
  private var noted = Store<UInt32>()

  /// Gives each value of a copied block that is used in other blocks a variable of the function that is written.
  mutating func find(in function: Function, _ isCopied: borrowing Store<Bool>, _ rebuilder: inout Rebuilder) {
    let count = function.instructions.count
    homes.refill(with: CarriedValues.none, count: count)
    variables.refill(with: CarriedValues.none, count: count)
    noted.refill(with: CarriedValues.none, count: count)
    reads.refill(heads: function.blocks.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end {
        homes[index] = id
        // Uses come after definitions in the order.
        function.forEachUse(of: function.instructions[index]) { used in
          let home = homes[used]
          guard home != id, home != CarriedValues.none, isCopied[home], noted[used] != id else { return }
          noted[used] = id
          reads.add(used, to: id)
          if variables[used] == CarriedValues.none {
            variables[used] = rebuilder.target.variables.add(function.instructions[used].type)
          }
        }
      }
    }
  }

  /// Sets the variables of the copied block, a copy of which was just written but for its end.
  func set(from copied: UInt32, _ function: Function, _ rebuilder: inout Rebuilder) {
    let block = function.blocks[copied]
    let position = function.instructions[block.end - 1].position
    for value in block.start..<block.end where variables[value] != CarriedValues.none {
      rebuilder.emit(
        Instruction(.variableSet, a: variables[value], b: rebuilder.values[value], position: position))
    }
  }

  /// Reads what the block, which is about to be written, uses of copied ones.
  func read(in block: UInt32, _ function: Function, _ rebuilder: inout Rebuilder) {
    var node = reads.first(of: block)
    while node != LinkedLists.none {
      let value = reads.item(node)
      rebuilder.values[value] = rebuilder.emit(
        Instruction(.variableGet, function.instructions[value].type, a: variables[value]))
      node = reads.next(node, of: block)
    }
  }
}
