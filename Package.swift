// swift-tools-version: 6.1
import PackageDescription

// Which target may import which: docs/architecture.md. The compiler's targets import no Foundation.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .unsafeFlags(["-warnings-as-errors"]),
  // Exclusivity is proven by the stages' ownership (one thread, one finished value in, one out), and its
  // dynamic checks cost about a tenth of the compile time; cross-module optimisation inlines the stores.
  .unsafeFlags(["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "zong",
  products: [.executable(name: "zong", targets: ["zong"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    library("ZongStores"),
    library("ZongSyntax", ["ZongStores"]),
    .target(name: "CZongLibrary", path: "Library", exclude: ["std"]),
    library("ZongLibrary", ["CZongLibrary"]),
    library("ZongSema", ["ZongSyntax", "ZongLibrary", "ZongStores"]),
    library("ZongIR", ["ZongStores"]),
    library("ZongWasm", ["ZongStores"]),
    library("ZongFormat", ["ZongSyntax", "ZongStores"]),
    library("ZongManifest", ["ZongSyntax", "ZongStores"]),
    library("ZongCompiler", ["ZongSyntax", "ZongSema", "ZongIR", "ZongWasm", "ZongLibrary", "ZongStores"]),
    .target(name: "CWasmtime"),
    .target(name: "CTLS"),
    library("ZongRuntime", ["CTLS", "CWasmtime", "ZongWasm", "ZongStores"]),
    .executableTarget(
      name: "zong",
      dependencies: [
        "ZongCompiler", "ZongFormat", "ZongManifest", "ZongRuntime",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "zong-fuzz",
      dependencies: [
        "ZongCompiler", "ZongFormat", "ZongIR", "ZongManifest", "ZongRuntime", "ZongStores", "ZongSyntax", "ZongWasm",
      ],
      path: "Fuzz/ZongFuzz",
      // What makes the inputs is always optimised, so that the time goes to what is tested.
      swiftSettings: settings + [.unsafeFlags(["-O"])]),
    .testTarget(name: "ZongSyntaxTests", dependencies: ["ZongSyntax"], swiftSettings: settings),
    .testTarget(
      name: "ZongSemaTests", dependencies: ["ZongCompiler", "ZongSema", "ZongStores", "ZongSyntax"],
      swiftSettings: settings),
    .testTarget(name: "ZongIRTests", dependencies: ["ZongIR"], swiftSettings: settings),
    .testTarget(name: "ZongWasmTests", dependencies: ["ZongWasm"], swiftSettings: settings),
    .testTarget(
      name: "ZongCompilerTests", dependencies: ["ZongCompiler", "ZongIR", "ZongLibrary", "ZongWasm"],
      swiftSettings: settings),
    .testTarget(
      name: "ZongManifestTests", dependencies: ["ZongManifest", "ZongSyntax"], swiftSettings: settings),
    .testTarget(name: "ZongRuntimeTests", dependencies: ["ZongRuntime"], swiftSettings: settings),
  ]
)
