// The container behind every flat store of the compiler: an append-only array of plain values without
// reference counting or copy-on-write checks. An index out of range stops the process in every build: a bug
// of the compiler's never becomes silent corruption.

/// A growable, uniquely owned array of plain values.
public struct Store<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  @usableFromInline var capacity: Int
  /// The number of elements.
  @inlinable @inline(__always) public var count: Int { _count }
  @usableFromInline var _count: Int = 0

  /// An empty store with room for `capacity` elements before it grows. With no room it takes no memory.
  @inlinable public init(capacity: Int = 16) {
    if capacity == 0 {
      self.capacity = 0
      base = UnsafeMutableRawPointer(bitPattern: 4096).unsafelyUnwrapped.assumingMemoryBound(to: Element.self)
      return
    }
    self.capacity = max(capacity, 4)
    base = .allocate(capacity: self.capacity)
  }

  /// The elements of another store, and no room for more.
  @inlinable public init(copying other: borrowing Store) {
    self.init(capacity: other.count)
    append(contentsOf: other.elements)
  }

  deinit { if capacity > 0 { base.deallocate() } }

  @inlinable @inline(__always) public var isEmpty: Bool { _count == 0 }
  @inlinable @inline(__always) public var last: Element? { _count == 0 ? nil : base[_count - 1] }

  @inlinable @inline(__always)
  public subscript(index: Int) -> Element {
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: _count), "store index out of range")
      return UnsafePointer(base + index)
    }
    unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: _count), "store index out of range")
      return base + index
    }
  }

  /// The same element by a 32-bit id.
  @inlinable @inline(__always)
  public subscript(id: UInt32) -> Element {
    unsafeAddress {
      precondition(Int(id) < _count, "store index out of range")
      return UnsafePointer(base + Int(id))
    }
    unsafeMutableAddress {
      precondition(Int(id) < _count, "store index out of range")
      return base + Int(id)
    }
  }

  @inlinable @inline(__always)
  public mutating func append(_ element: Element) {
    if _count == capacity { grow(to: _count + 1) }
    (base + _count).initialize(to: element)
    _count += 1
  }

  /// Appends `element` and returns its index.
  @inlinable @inline(__always)
  public mutating func add(_ element: Element) -> UInt32 {
    let index = UInt32(truncatingIfNeeded: _count)
    append(element)
    return index
  }

  @inlinable
  public mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
    guard let source = elements.baseAddress, !elements.isEmpty else { return }
    reserve(_count + elements.count)
    (base + _count).initialize(from: source, count: elements.count)
    _count += elements.count
  }

  /// Replaces all elements by those of another store; if there is no room for them, takes no more than they need.
  @inlinable
  public mutating func assign(_ other: borrowing Store) {
    if other.count > capacity {
      self = Store(copying: other)
    } else {
      removeAll()
      append(contentsOf: other.elements)
    }
  }

  @inlinable
  public mutating func append(contentsOf elements: [Element]) {
    elements.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  @inlinable
  public mutating func append(repeating element: Element, count: Int) {
    reserve(_count + count)
    (base + _count).initialize(repeating: element, count: count)
    _count += count
  }

  /// Removes the last `count` elements.
  @inlinable @inline(__always)
  public mutating func removeLast(_ count: Int = 1) {
    precondition(count >= 0 && count <= _count, "store underflow")
    _count -= count
  }

  /// Shortens the store to `count` elements and keeps its room.
  @inlinable @inline(__always)
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= _count, "store underflow")
    _count = count
  }

  @inlinable @inline(__always)
  public mutating func removeAll() { _count = 0 }

  /// Makes room for `total` elements in all.
  @inlinable public mutating func reserve(_ total: Int) {
    if total > capacity { grow(to: total) }
  }

  @usableFromInline @inline(never)
  mutating func grow(to minimum: Int) {
    let target = max(minimum, capacity * 2, 4)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: target)
    moved.moveInitialize(from: base, count: _count)
    if capacity > 0 { base.deallocate() }
    base = moved
    capacity = target
  }

  /// The elements, valid until the store changes.
  @inlinable @inline(__always)
  public var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: _count) }

  /// The elements for in-place change, valid until the store grows.
  @inlinable @inline(__always)
  public var mutableElements: UnsafeMutableBufferPointer<Element> {
    mutating get { UnsafeMutableBufferPointer(start: base, count: _count) }
  }

  /// Where the elements lie, for a loop that writes up to `room` of them by itself and then tells with `setCount`
  /// how many there are. Valid until the store grows.
  @inlinable @inline(__always)
  public var elementPointer: UnsafeMutablePointer<Element> { mutating get { base } }

  /// How many elements the store holds before it grows.
  @inlinable @inline(__always) public var room: Int { capacity }

  /// Says that the first `count` elements have been written.
  @inlinable public mutating func setCount(_ count: Int) {
    precondition(count >= 0 && count <= capacity, "store overflow")
    _count = count
  }

  /// The elements as an ordinary array (a copy).
  @inlinable public var array: [Element] { Array(elements) }
}
