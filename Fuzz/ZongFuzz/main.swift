// zong-fuzz: feeds mutated input to one part of the compiler, in this process. Fuzz/run starts it in batches, watches
// it from outside, and finds the input of a crash by its index.
//
//     zong-fuzz run TARGET SEED FIRST COUNT PROGRESS-FILE CORPUS-FILE...    the index of each input goes to the file
//     zong-fuzz input SEED INDEX CORPUS-FILE...                             prints one input
//     zong-fuzz try TARGET FILE                                             the target on a file as it is

import Foundation
import ZongStores

/// No input may take more processor time; SIGPROF then ends the process. (On a busy machine wall time says nothing.)
let secondsPerInput = 10

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}

func read(_ path: String) -> [UInt8] {
  guard let data = FileManager.default.contents(atPath: path) else { fail("\(path) can't be read") }
  return Array(data)
}

func target(_ name: String) -> FuzzTarget {
  guard let target = FuzzTarget(rawValue: name) else {
    fail(
      "unknown target \(name); one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))"
    )
  }
  return target
}

func number(_ word: String) -> UInt64 {
  guard let number = UInt64(word) else { fail("not a number: \(word)") }
  return number
}

func runBatch(_ words: [String]) {
  let target = target(words[0])
  let (seed, first, count) = (number(words[1]), number(words[2]), number(words[3]))
  let progress = open(words[4], O_WRONLY | O_CREAT, 0o600)
  guard progress >= 0 else { fail("\(words[4]) can't be written") }
  let mutator = Mutator(corpus: words[5...].map(read), seed: seed)
  for index in first..<(first &+ count) {
    var word = index
    guard pwrite(progress, &word, 8, 0) == 8 else { fail("\(words[4]) can't be written") }
    startClock()
    target.run(mutator.input(index))
  }
}

/// Gives the next input its time.
func startClock() {
  var limit = itimerval()
  limit.it_value.tv_sec = secondsPerInput
  #if canImport(Glibc)
    let timer = __itimer_which_t(ITIMER_PROF.rawValue)
  #else
    let timer = ITIMER_PROF
  #endif
  setitimer(timer, &limit, nil)
}

let words = Array(CommandLine.arguments.dropFirst())
switch (words.first, words.count) {
case ("run", 7...): Parallel.onDeepStack { runBatch(Array(words.dropFirst())) }
case ("input", 4...):
  let mutator = Mutator(corpus: words[3...].map(read), seed: number(words[1]))
  FileHandle.standardOutput.write(Data(mutator.input(number(words[2]))))
case ("try", 3):
  startClock()
  Parallel.onDeepStack { target(words[1]).run(read(words[2])) }
default: fail("usage: zong-fuzz run | input | try; see Fuzz/README.md")
}
