// A project's manifest, `zong.toml`: what comes out of its text.

import ZongStores
import ZongSyntax

/// What a manifest says. Everything may be left out.
package struct Manifest: Sendable {
  /// The file's name.
  package static let fileName = "zong.toml"
  /// The longest text that is read.
  package static let sizeLimit = 64 << 10

  package var name: String?
  /// As semantic versioning has it.
  package var version: String?
  /// The source that is run, a path from the manifest's folder on.
  package var entry: String?
  /// What is asked for and what is denied; paths as they were written.
  package var permissions = PermissionSettings()
  package var limits = RunLimits()

  init() {}

  /// Reads a manifest; null after errors.
  ///
  /// - Parameter isHost: whether a text names hosts and ports, as permissions for the network do.
  package static func read(
    _ file: SourceFile, isHost: (String) -> Bool, into diagnostics: inout Diagnostics
  ) -> Manifest? {
    guard UTF8Validation.check(file, into: &diagnostics) else { return nil }
    let table: TomlTable
    do throws(TomlError) {
      table = try TomlReader.read(Array(file.text))
    } catch {
      diagnostics.report(.manifestSyntax, at: file.span(error.span), error.message)
      return nil
    }
    return withoutActuallyEscaping(isHost) { isHost in
      var reader = ManifestReader(file, isHost: isHost)
      let manifest = reader.read(table)
      diagnostics.append(contentsOf: reader.diagnostics)
      return reader.diagnostics.hasErrors ? nil : manifest
    }
  }
}

extension SourceFile {
  /// A range of the file's bytes as a span.
  func span(_ range: Range<Int>) -> Span {
    Span(Position(base + UInt32(clamping: range.lowerBound)), Position(base + UInt32(clamping: range.upperBound)))
  }
}
