// What manifests say, and what is said of wrong ones, with the place.

import Testing
import ZongSyntax

@testable import ZongManifest

/// The manifest, and its diagnostics as `line:column message`.
private func reading(_ text: String) -> (manifest: Manifest?, problems: [String]) {
  let sources = SourceMap()
  guard let file = sources.add(path: "zong.toml", text: text) else { return (nil, ["too large"]) }
  var diagnostics = Diagnostics()
  let manifest = Manifest.read(file, isHost: { !$0.hasPrefix(":") }, into: &diagnostics)
  return (
    manifest,
    diagnostics.items.map {
      let place = sources.location(of: $0.span.start)
      return "\(place.line):\(place.column) \($0.kind.code) \($0.message)"
    }
  )
}

struct ManifestTests {
  @Test func readsAll() throws {
    let (found, problems) = reading(
      """
      name = "shop"
      version = "1.4.0-beta.2+build"
      entry = "src/main.zong"
      [permissions]
      allow-read = ["data", "/etc/hosts"]
      allow-write = true
      deny-write = ["data/old"]
      allow-env = false
      [limits]
      max-memory = "64M"
      timeout = 2.5
      max-stack = 65536
      max-open-files = 10
      max-output = "1K"
      max-fuel = 1_000
      """)
    #expect(problems.isEmpty)
    let manifest = try #require(found)
    #expect(manifest.name == "shop" && manifest.version == "1.4.0-beta.2+build" && manifest.entry == "src/main.zong")
    #expect(manifest.permissions.allowed == [.read: .init(["data", "/etc/hosts"]), .write: .init(all: true)])
    #expect(manifest.permissions.denied == [.write: .init(["data/old"])])
    #expect(manifest.permissions.allowances == ["--allow-read=data,/etc/hosts", "--allow-write"])
    let limits = manifest.limits
    #expect(limits.maxMemory == 64 << 20 && limits.timeout == 2.5 && limits.maxStack == 65536)
    #expect(limits.maxOpenFiles == 10 && limits.maxOutput == 1024 && limits.maxFuel == 1000)
  }

  @Test(arguments: [
    ("nmae = 1", "1:1 Z0821 a manifest has no key nmae here"),
    ("x = 1", "1:1 Z0821"), ("[limits]\nmax-memroy = 1", "2:1 Z0821"),
    ("limits = {max-fule = 1}", "1:11 Z0821"), ("[permissions]\nallow-raed = true", "2:1 Z0821"),
    ("[permissions]\nallow-read = 'data'", "2:14 Z0822 allow-read is a list of paths, or true for all"),
    ("[permissions]\nallow-read = ['a', 1]", "2:20 Z0822"), ("[permissions]\ndeny-env = ['']", "2:13 Z0822"),
    ("[permissions]\nallow-read = [\"a\\u0000b\"]", "2:15 Z0822"), ("permissions = 1", "1:15 Z0822"),
    ("[permissions]\nallow-net = ['a.de:80', ':1']", "2:25 Z0822"),
    ("name = 1", "1:8 Z0822"), ("name = '1a'", "1:8 Z0822"), ("name = ''", "1:8 Z0822"),
    ("version = '1.2'", "1:11 Z0822"), ("version = '1.02.3'", "1:11 Z0822"), ("version = '1.2.3-'", "1:11 Z0822"),
    ("version = '1.2.3-a..b'", "1:11 Z0822"), ("entry = '../x.zong'", "1:9 Z0822"), ("entry = '/x'", "1:9 Z0822"),
    ("entry = 'a//b'", "1:9 Z0822"), ("[limits]\nmax-memory = '64 M'", "2:14 Z0822"),
    ("[limits]\nmax-memory = -1", "2:14 Z0822"), ("[limits]\nmax-memory = '9999999999G'", "2:14 Z0822"),
    ("[limits]\nmax-stack = 1", "2:13 Z0822"), ("[limits]\ntimeout = 0", "2:11 Z0822"),
    ("[limits]\ntimeout = inf", "2:11 Z0822"), ("[limits]\nmax-fuel = 1.5", "2:12 Z0822"),
    ("[[limits]]", "1:3 Z0822 limits is a table"), ("a = \"ä\" x", "1:9 Z0820 a line holds"),
  ])
  func refuses(_ text: String, _ expected: String) {
    let (manifest, problems) = reading(text)
    #expect(manifest == nil)
    #expect(problems.count == 1 && problems[0].hasPrefix(expected), "\(text.debugDescription): \(problems)")
  }

  @Test func commandLineWins() {
    var said = PermissionSettings()
    said.allowed[.read] = PermissionNames(["here"])
    var manifest = PermissionSettings()
    manifest.allowed = [.read: PermissionNames(all: true), .write: PermissionNames(["out"])]
    manifest.denied = [.read: PermissionNames(["secret"])]
    let both = said.filled(from: manifest)
    #expect(both.allowed == [.read: PermissionNames(["here"]), .write: PermissionNames(["out"])])
    #expect(both.denied == [.read: PermissionNames(["secret"])])
    var limits = RunLimits()
    limits.maxFuel = 1
    var others = RunLimits()
    others.maxFuel = 2
    others.timeout = 3
    #expect(limits.filled(from: others).maxFuel == 1 && limits.filled(from: others).timeout == 3)
  }

  @Test func sizesAndTimes() {
    #expect(byteCount("64k") == 65536 && byteCount("5ß") == nil && byteCount("") == nil && byteCount("K") == nil)
    #expect(secondCount("100ms") == 0.1 && secondCount("-1") == nil && secondCount("nan") == nil)
  }
}
