// The names that the compiler itself knows, interned first and in a fixed order, so that each has a constant id.
// To add one: append it to the end of `known` and give it the next id as a constant; a test compares the two.

import ZongStores

/// Ids of names with a meaning of their own. They hold in every interner made by `Interner.withKeywords()`.
public enum Names {
  /// The reserved words, in the order of their token kinds, with the ids from 1 on.
  static let keywords: StaticString = """
    func struct enum interface var const if else loop while for in break continue return match defer fail delete \
    new arena spawn group import as extern export static true false null catch
    """
  @inlinable public static var keywordCount: UInt32 { 32 }

  /// Words of other languages that a newcomer may write; none has a meaning here (see ForeignWords.swift).
  static let foreign: StaticString = """
    let fn def function fun val mut auto final class record trait protocol impl type typedef use using include \
    package namespace module public private protected internal override async await elif elsif elseif then do end \
    begin switch case default when until unless repeat foreach and or not is throw throws raise try except finally \
    guard pass del yield lambda goto go int long short byte float double bool boolean void string str usize isize \
    size_t i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 uint int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 \
    float64
    """

  /// The names with a meaning, in the order of the constants below. New ones go to the end.
  static let known: StaticString = """
    I8 I16 I32 I64 U8 U16 U32 U64 F32 F64 Boolean String Error Self Map Set Deque Heap Channel Equatable Ordered \
    Hashable Printable Hasher print print_bytes read_line append assert panic expect log main args self test \
    length capacity address fill near wrapping max min parse width digits base char bytes code with message next \
    free compare hash write key value other
    """

  // Built-in types.
  @inlinable public static var i8: NameId { NameId(129) }
  @inlinable public static var i16: NameId { NameId(130) }
  @inlinable public static var i32: NameId { NameId(131) }
  @inlinable public static var i64: NameId { NameId(132) }
  @inlinable public static var u8: NameId { NameId(133) }
  @inlinable public static var u16: NameId { NameId(134) }
  @inlinable public static var u32: NameId { NameId(135) }
  @inlinable public static var u64: NameId { NameId(136) }
  @inlinable public static var f32: NameId { NameId(137) }
  @inlinable public static var f64: NameId { NameId(138) }
  @inlinable public static var boolean: NameId { NameId(139) }
  @inlinable public static var string: NameId { NameId(140) }
  @inlinable public static var error: NameId { NameId(141) }
  @inlinable public static var typeSelf: NameId { NameId(142) }

  // Library types that the compiler knows.
  @inlinable public static var map: NameId { NameId(143) }
  @inlinable public static var set: NameId { NameId(144) }
  @inlinable public static var deque: NameId { NameId(145) }
  @inlinable public static var heap: NameId { NameId(146) }
  @inlinable public static var channel: NameId { NameId(147) }
  @inlinable public static var equatable: NameId { NameId(148) }
  @inlinable public static var ordered: NameId { NameId(149) }
  @inlinable public static var hashable: NameId { NameId(150) }
  @inlinable public static var printable: NameId { NameId(151) }
  @inlinable public static var hasher: NameId { NameId(152) }

  // Built-in functions.
  @inlinable public static var print: NameId { NameId(153) }
  @inlinable public static var printBytes: NameId { NameId(154) }
  @inlinable public static var readLine: NameId { NameId(155) }
  @inlinable public static var append: NameId { NameId(156) }
  @inlinable public static var assert: NameId { NameId(157) }
  @inlinable public static var panic: NameId { NameId(158) }
  @inlinable public static var expect: NameId { NameId(159) }
  @inlinable public static var log: NameId { NameId(160) }

  // Members, labels and other names with a meaning.
  @inlinable public static var main: NameId { NameId(161) }
  @inlinable public static var args: NameId { NameId(162) }
  @inlinable public static var selfName: NameId { NameId(163) }
  @inlinable public static var test: NameId { NameId(164) }
  @inlinable public static var length: NameId { NameId(165) }
  @inlinable public static var capacity: NameId { NameId(166) }
  @inlinable public static var address: NameId { NameId(167) }
  @inlinable public static var fill: NameId { NameId(168) }
  @inlinable public static var near: NameId { NameId(169) }
  @inlinable public static var wrapping: NameId { NameId(170) }
  @inlinable public static var max: NameId { NameId(171) }
  @inlinable public static var min: NameId { NameId(172) }
  @inlinable public static var parse: NameId { NameId(173) }
  @inlinable public static var width: NameId { NameId(174) }
  @inlinable public static var digits: NameId { NameId(175) }
  @inlinable public static var base: NameId { NameId(176) }
  @inlinable public static var char: NameId { NameId(177) }
  @inlinable public static var bytes: NameId { NameId(178) }
  @inlinable public static var code: NameId { NameId(179) }
  @inlinable public static var with: NameId { NameId(180) }
  @inlinable public static var message: NameId { NameId(181) }
  @inlinable public static var next: NameId { NameId(182) }
  @inlinable public static var free: NameId { NameId(183) }
  @inlinable public static var compare: NameId { NameId(184) }
  @inlinable public static var hash: NameId { NameId(185) }
  @inlinable public static var write: NameId { NameId(186) }
  @inlinable public static var key: NameId { NameId(187) }
  @inlinable public static var value: NameId { NameId(188) }
  @inlinable public static var other: NameId { NameId(189) }

  // Words of other languages.
  static var foreignWords: Range<UInt32> { 33..<129 }
  static var letWord: NameId { NameId(33) }
  static var fnWord: NameId { NameId(34) }
  static var defWord: NameId { NameId(35) }
  static var functionWord: NameId { NameId(36) }
  static var funWord: NameId { NameId(37) }
  static var valWord: NameId { NameId(38) }
  static var mutWord: NameId { NameId(39) }
  static var autoWord: NameId { NameId(40) }
  static var finalWord: NameId { NameId(41) }
  static var classWord: NameId { NameId(42) }
  static var recordWord: NameId { NameId(43) }
  static var traitWord: NameId { NameId(44) }
  static var protocolWord: NameId { NameId(45) }
  static var implWord: NameId { NameId(46) }
  static var typeWord: NameId { NameId(47) }
  static var typedefWord: NameId { NameId(48) }
  static var useWord: NameId { NameId(49) }
  static var usingWord: NameId { NameId(50) }
  static var includeWord: NameId { NameId(51) }
  static var packageWord: NameId { NameId(52) }
  static var namespaceWord: NameId { NameId(53) }
  static var moduleWord: NameId { NameId(54) }
  static var publicWord: NameId { NameId(55) }
  static var privateWord: NameId { NameId(56) }
  static var protectedWord: NameId { NameId(57) }
  static var internalWord: NameId { NameId(58) }
  static var overrideWord: NameId { NameId(59) }
  static var asyncWord: NameId { NameId(60) }
  static var awaitWord: NameId { NameId(61) }
  static var elifWord: NameId { NameId(62) }
  static var elsifWord: NameId { NameId(63) }
  static var elseifWord: NameId { NameId(64) }
  static var thenWord: NameId { NameId(65) }
  static var doWord: NameId { NameId(66) }
  static var endWord: NameId { NameId(67) }
  static var beginWord: NameId { NameId(68) }
  static var switchWord: NameId { NameId(69) }
  static var caseWord: NameId { NameId(70) }
  static var defaultWord: NameId { NameId(71) }
  static var whenWord: NameId { NameId(72) }
  static var untilWord: NameId { NameId(73) }
  static var unlessWord: NameId { NameId(74) }
  static var repeatWord: NameId { NameId(75) }
  static var foreachWord: NameId { NameId(76) }
  static var andWord: NameId { NameId(77) }
  static var orWord: NameId { NameId(78) }
  static var notWord: NameId { NameId(79) }
  static var isWord: NameId { NameId(80) }
  static var throwWord: NameId { NameId(81) }
  static var throwsWord: NameId { NameId(82) }
  static var raiseWord: NameId { NameId(83) }
  static var tryWord: NameId { NameId(84) }
  static var exceptWord: NameId { NameId(85) }
  static var finallyWord: NameId { NameId(86) }
  static var guardWord: NameId { NameId(87) }
  static var passWord: NameId { NameId(88) }
  static var delWord: NameId { NameId(89) }
  static var yieldWord: NameId { NameId(90) }
  static var lambdaWord: NameId { NameId(91) }
  static var gotoWord: NameId { NameId(92) }
  static var goWord: NameId { NameId(93) }
  static var intWord: NameId { NameId(94) }
  static var longWord: NameId { NameId(95) }
  static var shortWord: NameId { NameId(96) }
  static var byteWord: NameId { NameId(97) }
  static var floatWord: NameId { NameId(98) }
  static var doubleWord: NameId { NameId(99) }
  static var boolWord: NameId { NameId(100) }
  static var booleanWord: NameId { NameId(101) }
  static var voidWord: NameId { NameId(102) }
  static var stringWord: NameId { NameId(103) }
  static var strWord: NameId { NameId(104) }
  static var usizeWord: NameId { NameId(105) }
  static var isizeWord: NameId { NameId(106) }
  static var sizeWord: NameId { NameId(107) }
  static var i8Word: NameId { NameId(108) }
  static var i16Word: NameId { NameId(109) }
  static var i32Word: NameId { NameId(110) }
  static var i64Word: NameId { NameId(111) }
  static var u8Word: NameId { NameId(112) }
  static var u16Word: NameId { NameId(113) }
  static var u32Word: NameId { NameId(114) }
  static var u64Word: NameId { NameId(115) }
  static var f32Word: NameId { NameId(116) }
  static var f64Word: NameId { NameId(117) }
  static var uintWord: NameId { NameId(118) }
  static var int8Word: NameId { NameId(119) }
  static var int16Word: NameId { NameId(120) }
  static var int32Word: NameId { NameId(121) }
  static var int64Word: NameId { NameId(122) }
  static var uint8Word: NameId { NameId(123) }
  static var uint16Word: NameId { NameId(124) }
  static var uint32Word: NameId { NameId(125) }
  static var uint64Word: NameId { NameId(126) }
  static var float32Word: NameId { NameId(127) }
  static var float64Word: NameId { NameId(128) }
}

extension Interner {
  /// An interner that holds the reserved words and the known names under their constant ids.
  package static func withKeywords(room: Int = 512) -> Interner {
    let names = Interner(room: room)
    names.addWords(of: Names.keywords)
    names.addWords(of: Names.foreign)
    names.addWords(of: Names.known)
    return names
  }

  /// Interns the words of `text`, which stand apart by one space.
  private func addWords(of text: StaticString) {
    let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    var start = 0
    for index in 0...bytes.count where index == bytes.count || bytes[index] == 0x20 {
      _ = intern(UnsafeBufferPointer(rebasing: bytes[start..<index]))
      start = index + 1
    }
  }
}
