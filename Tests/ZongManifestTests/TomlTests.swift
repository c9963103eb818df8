// TOML as toml.io describes it: what is read, and what is refused and where.

import Testing

@testable import ZongManifest

/// A document's values as text, in one line; or the place and the message of its mistake.
func tomlReading(_ text: String) -> String {
  do throws(TomlError) {
    return shown(TomlValue(content: .table(try TomlReader.read(Array(text.utf8))), span: 0..<0))
  } catch {
    return "\(error.span.lowerBound): \(error.message)"
  }
}

func shown(_ value: TomlValue) -> String {
  switch value.content {
  case .text(let text): "\"\(text)\""
  case .integer(let number): String(number)
  case .number(let number): String(number)
  case .boolean(let value): String(value)
  case .moment: "moment"
  case .list(let list): "[" + list.map(shown).joined(separator: " ") + "]"
  case .table(let table): "{" + table.items.map { "\($0.key)=\(shown($0.value))" }.joined(separator: " ") + "}"
  }
}

struct TomlTests {
  @Test(arguments: [
    ("", "{}"),
    ("# nothing\n\r\n\t ", "{}"),
    ("\u{FEFF}a = 1", "{a=1}"),
    ("a = 1 # one\nb = 'x'\r\n", "{a=1 b=\"x\"}"),
    ("a.b.c = 1\na.d = 2", "{a={b={c=1} d=2}}"),
    ("\"a b\".'c.d' = 1", "{a b={c.d=1}}"),
    ("1 = 2\n-_ = 3", "{1=2 -_=3}"),
    ("[a]\nb = 1\n[a.c]\nd = 2\n[e.f]\n[e]\n", "{a={b=1 c={d=2}} e={f={}}}"),
    ("[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 2", "{a=[{b=1} {c={d=2}}]}"),
    ("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{a={b={c=1 d={e=2}}}}"),
    ("a = {b = 1, c.d = [1, 2,\n 3, # x\n], e = {}}", "{a={b=1 c={d=[1 2 3]} e={}}}"),
    ("a = [[], ['x', 1, true]]", "{a=[[] [\"x\" 1 true]]}"),
    (#"a = "\t\"\\\u00E4\U0001F600""#, "{a=\"\t\"\\ä😀\"}"),
    ("a = \"\"\"\nx\\\n  \n y\"\"z\"\"\"\"\"", "{a=\"xy\"\"z\"\"\"}"),
    ("a = '''\n\\n'x''''", "{a=\"\\n'x'\"}"),
    ("a = \"\"\"\"\"\"", "{a=\"\"}"),
    ("a = [+1_000, -0, 0xDEAD_beef, 0o17, 0b101]", "{a=[1000 0 3735928559 15 5]}"),
    ("a = [1.5, -1e3, 6.02_2E+23, inf, -inf, 0.0]", "{a=[1.5 -1000.0 6.022e+23 inf -inf 0.0]}"),
    ("a = [-9223372036854775808, 9223372036854775807]", "{a=[-9223372036854775808 9223372036854775807]}"),
    (
      "a = [1979-05-27, 07:32:00, 1979-05-27T07:32:00.999Z, 1979-05-27 07:32:00-07:00, 2024-02-29]",
      "{a=[moment moment moment moment moment]}"
    ),
  ])
  func reads(_ text: String, _ expected: String) { #expect(tomlReading(text) == expected) }

  @Test(arguments: [
    ("a", "1: a key is followed by"), ("= 1", "0: a key has letters"), ("a = ", "4: a value is missing"),
    ("a = b", "4: this is no value"), ("a = 1 b = 2", "6: a line holds"), ("a = 1\na = 2", "6: a is there"),
    ("a.b = 1\na = 2", "8: a is there"), ("a = 1\na.b = 2", "6: a is there already, and"),
    ("[a]\n[a]", "5: a is there"), ("a = {}\n[a.b]", "8: a is a table already"),
    ("a = {b = 1}\na.c = 2", "12: a is there"), ("a.b = 1\n[a]", "9: a is there"),
    ("[a]\nb = 1\n[a.b]", "13: b is there"), ("[[a]]\n[a]", "7: a is there"), ("[a]\n[[a]]", "6: a is a table"),
    ("a = []\n[[a]]", "9: a is a list"), ("a = [{}]\n[a.b]", "10: a is a list"), ("[a\n", "2: a header ends"),
    ("[[a]", "4: a header ends"), ("[]", "1: a key has letters"), ("[a.]", "3: a key has letters"),
    ("a = \"x\ny\"", "4: a string ends"), ("a = 'x", "4: a string ends"), ("a = \"\"\"x", "4: the string isn't"),
    ("a = \"\\x\"", "5: the escapes"), ("a = \"\\uD800\"", "5: there is no such"), ("a = \"\\u12\"", "5: \\u is"),
    ("a = \"\u{1}\"", "5: a string can't"), ("# \u{0}", "2: a comment"), ("a = [1 2]", "7: there is a comma"),
    ("a = [1", "6: there is a comma"), ("a = [", "4: a list ends"), ("a = {b = 1,}", "11: there is no comma"),
    ("a = {b = 1\n}", "10: a table in braces"), ("a = 01", "4: this is no value"), ("a = 1__0", "4: this is"),
    ("a = _1", "4: this is"), ("a = 1.", "4: this is"), ("a = .5", "4: this is"), ("a = +0x1", "4: this is"),
    ("a = 9223372036854775808", "4: the number doesn't"), ("a = 2023-02-29", "4: this is"),
    ("a = 25:00:00", "4: this is"), ("a = 1979-05-27T", "4: this is"), ("a = 1\rb = 2", "5: a line holds"),
    ("\u{0}", "0: a key has"),
  ])
  func refuses(_ text: String, _ expected: String) {
    let result = tomlReading(text)
    #expect(result.hasPrefix(expected), "\(text.debugDescription): \(result)")
  }

  @Test func depthIsBounded() {
    let deep = 50_000
    #expect(tomlReading("a = " + String(repeating: "[", count: deep)).contains("deep in each other"))
    #expect(tomlReading("a = " + String(repeating: "{a=", count: deep)).contains("deep in each other"))
    #expect(tomlReading(String(repeating: "a.", count: deep) + "a = 1").contains("at most 32 names"))
    #expect(tomlReading("[" + String(repeating: "a.", count: deep) + "a]").contains("at most 32 names"))
  }

  /// No cut of a document, and no byte in it, does harm.
  @Test func survivesAnything() {
    let document = Array(
      "[a]\nb = \"\"\"x\\\n y\"\"\" # c\n[[d.e]]\nf = {g = [1.5, 2024-01-01 10:00:00, '''z''']}\r\n".utf8)
    for end in 0...document.count { _ = try? TomlReader.read(Array(document[..<end])) }
    for at in document.indices {
      for byte in UInt8.min...UInt8(0x7F) {
        var changed = document
        changed[at] = byte
        _ = try? TomlReader.read(changed)
      }
    }
  }
}
