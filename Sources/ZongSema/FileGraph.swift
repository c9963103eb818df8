// The files of a program as they come from the loader: their trees, and which imports which.

import ZongStores
import ZongSyntax

/// A file that was parsed.
package struct ParsedFile: Sendable {
  /// What its names are qualified with.
  package let name: String
  package let isLibrary: Bool
  /// Its code may use the core's functions: the library's, and a file that is tested as a part of it.
  package var seesCore: Bool
  package var trees: [Tree]
  package init(name: String, isLibrary: Bool, trees: [Tree] = []) {
    self.name = name
    self.isLibrary = isLibrary
    seesCore = isLibrary
    self.trees = trees
  }
}

/// The files of a program. By `ModuleId`: the library's core, the program's own file, then those that are imported, in
/// the order in which they were found.
package struct FileGraph: Sendable {
  package var files: [ParsedFile]
  package var imports: [ImportInfo] = []
  /// Every file, those that it imports before it.
  package var order: [ModuleId] = []

  package init(core: ParsedFile, program: ParsedFile) { files = [core, program] }

  /// Makes modules and parts of them. The parts of the core come last, so that part 0 is the program's.
  func enter(into declarations: Declarations) {
    declarations.modules = files.map { ModuleInfo(name: $0.name, isLibrary: $0.isLibrary) }
    declarations.imports = imports
    declarations.initializationOrder = order
    for index in files.indices.dropFirst() + [0] {
      let id = ModuleId(UInt32(index))
      declarations.parts += files[index].trees.map { Part(tree: $0, module: id, seesCore: files[index].seesCore) }
    }
    declarations.partsWithGenerics = [Bool](repeating: false, count: declarations.parts.count)
  }
}
