// Addresses and places of the network, and the threads that look them up.

import Dispatch
import Testing

@testable import ZongRuntime

@Test(arguments: [
  ("127.0.0.1", "127.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("::1", "::1"), ("2001:DB8:0:0::1", "2001:db8::1"),
  ("0.0.0.0", "0.0.0.0"),
])
func addressesAreOneHoweverTheyAreWritten(text: String, plain: String) {
  #expect(IPAddress(text)?.text == plain)
}

@Test(arguments: ["", "127.1", "0x7f000001", "256.0.0.1", "1.2.3.4.5", ":::", "localhost", "::1%lo"])
func otherSpellingsAreNoAddresses(text: String) {
  #expect(IPAddress(text) == nil)
}

@Test(arguments: [
  "", ":80", "a b", "a/b", "a:b", "a:99999", "a:-1", "[a]:80", "[::1", "[::1]x", "10.0.0.0/33", "10.0.0.0/-1",
  "fd00::/129",
  "*.", "*.*x y", "a:80:90",
])
func whatIsNoPlaceIsNoPattern(text: String) {
  #expect(NetworkPattern(text) == nil)
}

@Test(arguments: [
  ("example.com", "example.com", true), ("EXAMPLE.com.", "example.com", true), ("example.com", "a.example.com", false),
  ("*.example.com", "a.b.example.com", true), ("*.example.com", "example.com", false),
  ("*.example.com", "badexample.com", false), ("*", "anything", true), ("example.com:80", "example.com", false),
])
func namesAreCovered(pattern: String, name: String, isCovered: Bool) {
  let place = NetworkPlace(names: [name], address: nil, port: 443)
  #expect(NetworkPattern(pattern)?.covers(place) == isCovered)
}

@Test(arguments: [
  ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "8.8.8.8", true),
  ("0.0.0.0/0", "::1", false), ("fd00::/8", "fd12::1", true), ("localhost", "127.9.9.9", true),
  ("localhost", "::1", true),
  ("localhost", "10.0.0.1", false),
])
func addressesAreCovered(pattern: String, address: String, isCovered: Bool) {
  let place = NetworkPlace(names: [], address: IPAddress(address), port: 1)
  #expect(NetworkPattern(pattern)?.covers(place) == isCovered)
}

@Test func tasksAreLimitedAlsoIfTheyAreGivenUp() throws {
  let tasks = NetworkTasks()
  let gate = DispatchSemaphore(value: 0)
  for _ in 0..<NetworkTasks.limit {
    let task = NetworkTask.begin(in: tasks) {
      gate.wait()
      return .addresses([])
    }
    // Nobody waits for it: its thread goes on all the same.
    #expect(task != nil)
  }
  #expect(NetworkTask.begin(in: tasks) { .addresses([]) } == nil)
  for _ in 0..<NetworkTasks.limit { gate.signal() }
  // As soon as one has ended there is room again.
  var next: NetworkTask?
  for _ in 0..<10_000 where next == nil {
    next = NetworkTask.begin(in: tasks) { .addresses([]) }
    if next == nil { usleep(1000) }
  }
  #expect(next != nil)
}
