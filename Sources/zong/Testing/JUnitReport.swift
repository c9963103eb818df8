// The results of tests as the XML that continuous integration reads: JUnit's format, a suite for each file.

enum JUnitReport {
  static func text(_ tests: [TestCase], _ results: [TestResult]) -> String {
    var files: [String] = []
    var byFile: [String: [Int]] = [:]
    for (index, test) in tests.enumerated() {
      if byFile[test.file] == nil { files.append(test.file) }
      byFile[test.file, default: []].append(index)
    }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites\(counts(results))>\n"
    for file in files {
      let indices = byFile[file] ?? []
      text += "  <testsuite name=\"\(escaped(file))\"\(counts(indices.map { results[$0] }))>\n"
      for index in indices { text += element(tests[index], results[index]) }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func counts(_ results: [TestResult]) -> String {
    let failed = results.filter { $0.status == .failed }.count
    let skipped = results.filter { $0.status == .skipped }.count
    let time = seconds(results.reduce(0) { $0 + $1.milliseconds })
    return " tests=\"\(results.count)\" failures=\"\(failed)\" skipped=\"\(skipped)\" time=\"\(time)\""
  }

  private static func element(_ test: TestCase, _ result: TestResult) -> String {
    var text = "    <testcase name=\"\(escaped(test.name))\" classname=\"\(escaped(test.file))\""
    text += " file=\"\(escaped(test.file))\" line=\"\(test.line)\" time=\"\(seconds(result.milliseconds))\""
    if result.status == .passed && result.output.isEmpty { return text + "/>\n" }
    text += ">\n"
    if result.status == .skipped { text += "      <skipped/>\n" }
    if result.status == .failed {
      let message = result.report.split(separator: "\n").first.map(String.init) ?? ""
      text += "      <failure message=\"\(escaped(message))\">\(escaped(result.report))</failure>\n"
    }
    if !result.output.isEmpty { text += "      <system-out>\(escaped(result.output))</system-out>\n" }
    return text + "    </testcase>\n"
  }

  private static func seconds(_ milliseconds: Double) -> String {
    let whole = Int(min(max(milliseconds, 0), 1e12))
    let thousandths = String(whole % 1_000)
    return "\(whole / 1_000)." + String(repeating: "0", count: 3 - thousandths.count) + thousandths
  }

  /// Text within XML. Characters that XML can't hold become replacement characters.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
