// The examples that the specification of TOML 1.0.0 (toml.io) gives itself, in its order: what is valid and what it
// says then, and what it calls invalid.

import Testing

@testable import ZongManifest

struct TomlSpecificationTests {
  @Test(arguments: [
    (
      ##"""
      # This is a full-line comment
      key = "value"  # This is a comment at the end of a line
      another = "# This is not a comment"
      """##,
      ##"{key="value" another="# This is not a comment"}"##
    ),
    (
      ##"""
      key = "value"
      bare_key = "value"
      bare-key = "value"
      1234 = "value"
      """##,
      ##"{key="value" bare_key="value" bare-key="value" 1234="value"}"##
    ),
    (
      ##"""
      "127.0.0.1" = "value"
      "character encoding" = "value"
      "ʎǝʞ" = "value"
      'key2' = "value"
      'quoted "value"' = "value"
      """##,
      ##"{127.0.0.1="value" character encoding="value" ʎǝʞ="value" key2="value" quoted "value"="value"}"##
    ),
    (
      ##"""
      "" = "blank"
      """##,
      ##"{="blank"}"##
    ),
    (
      ##"""
      '' = 'blank'
      """##,
      ##"{="blank"}"##
    ),
    (
      ##"""
      name = "Orange"
      physical.color = "orange"
      physical.shape = "round"
      site."google.com" = true
      """##,
      ##"{name="Orange" physical={color="orange" shape="round"} site={google.com=true}}"##
    ),
    (
      ##"""
      fruit.name = "banana"
      fruit. color = "yellow"
      fruit . flavor = "banana"
      """##,
      ##"{fruit={name="banana" color="yellow" flavor="banana"}}"##
    ),
    (
      ##"""
      fruit.apple.smooth = true
      fruit.orange = 2
      """##,
      ##"{fruit={apple={smooth=true} orange=2}}"##
    ),
    (
      ##"""
      apple.type = "fruit"
      orange.type = "fruit"

      apple.skin = "thin"
      orange.skin = "thick"
      """##,
      ##"{apple={type="fruit" skin="thin"} orange={type="fruit" skin="thick"}}"##
    ),
    (
      ##"""
      3.14159 = "pi"
      """##,
      ##"{3={14159="pi"}}"##
    ),
    (
      ##"""
      str = "I'm a string. \"You can quote me\". Name\tJos\u00E9\nLocation\tSF."
      """##,
      "{str=\"I'm a string. \"You can quote me\". Name\tJosé\nLocation\tSF.\"}"
    ),
    (
      ##"""
      str1 = """
      Roses are red
      Violets are blue"""
      """##,
      ##"""
      {str1="Roses are red
      Violets are blue"}
      """##
    ),
    (
      ##"""
      str2 = """
      The quick brown \


        fox jumps over \
          the lazy dog."""
      """##,
      ##"{str2="The quick brown fox jumps over the lazy dog."}"##
    ),
    (
      ##"""
      str3 = """\
             The quick brown \
             fox jumps over \
             the lazy dog.\
             """
      """##,
      ##"{str3="The quick brown fox jumps over the lazy dog."}"##
    ),
    (
      ##"""
      str4 = """Here are two quotation marks: "". Simple enough."""
      """##,
      ##"{str4="Here are two quotation marks: "". Simple enough."}"##
    ),
    (
      ##"""
      str5 = """Here are three quotation marks: ""\"."""
      """##,
      ##"{str5="Here are three quotation marks: """."}"##
    ),
    (
      ##"""
      str6 = """Here are fifteen quotation marks: ""\"""\"""\"""\"""\"."""
      """##,
      ##"{str6="Here are fifteen quotation marks: """""""""""""""."}"##
    ),
    (
      ##"""
      str7 = """"This," she said, "is just a pointless statement.""""
      """##,
      ##"{str7=""This," she said, "is just a pointless statement.""}"##
    ),
    (
      ##"""
      winpath = 'C:\Users\nodejs\templates'
      winpath2 = '\\ServerX\admin$\system32\'
      quoted = 'Tom "Dubs" Preston-Werner'
      regex = '<\i\c*\s*>'
      """##,
      ##"""
      {winpath="C:\Users\nodejs\templates" winpath2="\\ServerX\admin$\system32\" quoted="Tom "Dubs" \##
      Preston-Werner" regex="<\i\c*\s*>"}
      """##
    ),
    (
      ##"""
      regex2 = '''I [dw]on't need \d{2} apples'''
      lines = '''
      The first newline is
      trimmed in raw strings.
         All other whitespace
         is preserved.
      '''
      """##,
      ##"""
      {regex2="I [dw]on't need \d{2} apples" lines="The first newline is
      trimmed in raw strings.
         All other whitespace
         is preserved.
      "}
      """##
    ),
    (
      ##"""
      quot15 = '''Here are fifteen quotation marks: """""""""""""""'''
      apos15 = "Here are fifteen apostrophes: '''''''''''''''"
      str = ''''That,' she said, 'is still pointless.''''
      """##,
      ##"""
      {quot15="Here are fifteen quotation marks: """""""""""""""" apos15="Here are fifteen apostrophes: \##
      '''''''''''''''" str="'That,' she said, 'is still pointless.'"}
      """##
    ),
    (
      ##"""
      int1 = +99
      int2 = 42
      int3 = 0
      int4 = -17
      int5 = 1_000
      int6 = 5_349_221
      int7 = 53_49_221
      int8 = 1_2_3_4_5
      """##,
      ##"{int1=99 int2=42 int3=0 int4=-17 int5=1000 int6=5349221 int7=5349221 int8=12345}"##
    ),
    (
      ##"""
      hex1 = 0xDEADBEEF
      hex2 = 0xdeadbeef
      hex3 = 0xdead_beef
      oct1 = 0o01234567
      oct2 = 0o755
      bin1 = 0b11010110
      """##,
      ##"{hex1=3735928559 hex2=3735928559 hex3=3735928559 oct1=342391 oct2=493 bin1=214}"##
    ),
    (
      ##"""
      flt1 = +1.0
      flt2 = 3.1415
      flt3 = -0.01
      flt4 = 5e+22
      flt5 = 1e06
      flt6 = -2E-2
      flt7 = 6.626e-34
      flt8 = 224_617.445_991_228
      """##,
      ##"""
      {flt1=1.0 flt2=3.1415 flt3=-0.01 flt4=5e+22 flt5=1000000.0 flt6=-0.02 flt7=6.626e-34 flt8=224617.445991228}
      """##
    ),
    (
      ##"""
      sf1 = inf
      sf2 = +inf
      sf3 = -inf
      sf4 = nan
      sf5 = +nan
      sf6 = -nan
      """##,
      ##"{sf1=inf sf2=inf sf3=-inf sf4=nan sf5=nan sf6=nan}"##
    ),
    (
      ##"""
      bool1 = true
      bool2 = false
      """##,
      ##"{bool1=true bool2=false}"##
    ),
    (
      ##"""
      odt1 = 1979-05-27T07:32:00Z
      odt2 = 1979-05-27T00:32:00-07:00
      odt3 = 1979-05-27T00:32:00.999999-07:00
      odt4 = 1979-05-27 07:32:00Z
      ldt1 = 1979-05-27T07:32:00
      ldt2 = 1979-05-27T00:32:00.999999
      ld1 = 1979-05-27
      lt1 = 07:32:00
      lt2 = 00:32:00.999999
      """##,
      ##"""
      {odt1=moment odt2=moment odt3=moment odt4=moment ldt1=moment ldt2=moment ld1=moment lt1=moment lt2=moment}
      """##
    ),
    (
      ##"""
      integers = [ 1, 2, 3 ]
      colors = [ "red", "yellow", "green" ]
      nested_arrays_of_ints = [ [ 1, 2 ], [3, 4, 5] ]
      nested_mixed_array = [ [ 1, 2 ], ["a", "b", "c"] ]
      string_array = [ "all", 'strings', """are the same""", '''type''' ]
      """##,
      ##"""
      {integers=[1 2 3] colors=["red" "yellow" "green"] nested_arrays_of_ints=[[1 2] [3 4 5]] \##
      nested_mixed_array=[[1 2] ["a" "b" "c"]] string_array=["all" "strings" "are the same" "type"]}
      """##
    ),
    (
      ##"""
      numbers = [ 0.1, 0.2, 0.5, 1, 2, 5 ]
      contributors = [
        "Foo Bar <foo@example.com>",
        { name = "Baz Qux", email = "bazqux@example.com", url = "https://example.com/bazqux" }
      ]
      """##,
      ##"""
      {numbers=[0.1 0.2 0.5 1 2 5] contributors=["Foo Bar <foo@example.com>" {name="Baz Qux" \##
      email="bazqux@example.com" url="https://example.com/bazqux"}]}
      """##
    ),
    (
      ##"""
      integers2 = [
        1, 2, 3
      ]

      integers3 = [
        1,
        2, # this is ok
      ]
      """##,
      ##"{integers2=[1 2 3] integers3=[1 2]}"##
    ),
    (
      ##"""
      [table]
      """##,
      ##"{table={}}"##
    ),
    (
      ##"""
      [table-1]
      key1 = "some string"
      key2 = 123

      [table-2]
      key1 = "another string"
      key2 = 456
      """##,
      ##"{table-1={key1="some string" key2=123} table-2={key1="another string" key2=456}}"##
    ),
    (
      ##"""
      [dog."tater.man"]
      type.name = "pug"
      """##,
      ##"{dog={tater.man={type={name="pug"}}}}"##
    ),
    (
      ##"""
      [a.b.c]            # this is best practice
      [ d.e.f ]          # same as [d.e.f]
      [ g .  h  . i ]    # same as [g.h.i]
      [ j . "ʞ" . 'l' ]  # same as [j."ʞ".'l']
      """##,
      ##"{a={b={c={}}} d={e={f={}}} g={h={i={}}} j={ʞ={l={}}}}"##
    ),
    (
      ##"""
      # [x] you
      # [x.y] don't
      # [x.y.z] need these
      [x.y.z.w] # for this to work

      [x] # defining a super-table afterward is ok
      """##,
      ##"{x={y={z={w={}}}}}"##
    ),
    (
      ##"""
      [fruit.apple]
      [animal]
      [fruit.orange]
      """##,
      ##"{fruit={apple={} orange={}} animal={}}"##
    ),
    (
      ##"""
      name = "Fido"
      breed = "pug"

      [owner]
      name = "Regina Dogman"
      member_since = 1999-08-04
      """##,
      ##"{name="Fido" breed="pug" owner={name="Regina Dogman" member_since=moment}}"##
    ),
    (
      ##"""
      [fruit]
      apple.color = "red"
      apple.taste.sweet = true

      [fruit.apple.texture]  # you can add sub-tables
      smooth = true
      """##,
      ##"{fruit={apple={color="red" taste={sweet=true} texture={smooth=true}}}}"##
    ),
    (
      ##"""
      name = { first = "Tom", last = "Preston-Werner" }
      point = { x = 1, y = 2 }
      animal = { type.name = "pug" }
      """##,
      ##"{name={first="Tom" last="Preston-Werner"} point={x=1 y=2} animal={type={name="pug"}}}"##
    ),
    (
      ##"""
      [[products]]
      name = "Hammer"
      sku = 738594937

      [[products]]  # empty table within the array

      [[products]]
      name = "Nail"
      sku = 284758393

      color = "gray"
      """##,
      ##"{products=[{name="Hammer" sku=738594937} {} {name="Nail" sku=284758393 color="gray"}]}"##
    ),
    (
      ##"""
      [[fruits]]
      name = "apple"

      [fruits.physical]  # subtable
      color = "red"
      shape = "round"

      [[fruits.varieties]]  # nested array of tables
      name = "red delicious"

      [[fruits.varieties]]
      name = "granny smith"

      [[fruits]]
      name = "banana"

      [[fruits.varieties]]
      name = "plantain"
      """##,
      ##"""
      {fruits=[{name="apple" physical={color="red" shape="round"} varieties=[{name="red delicious"} \##
      {name="granny smith"}]} {name="banana" varieties=[{name="plantain"}]}]}
      """##
    ),
    (
      ##"""
      points = [ { x = 1, y = 2, z = 3 },
                 { x = 7, y = 8, z = 9 },
                 { x = 2, y = 4, z = 8 } ]
      """##,
      ##"{points=[{x=1 y=2 z=3} {x=7 y=8 z=9} {x=2 y=4 z=8}]}"##
    ),
  ])
  func reads(_ text: String, _ expected: String) { #expect(tomlReading(text) == expected) }

  @Test(arguments: [
    ##"""
    key = # INVALID
    """##,
    ##"""
    first = "Tom" last = "Preston-Werner" # INVALID
    """##,
    ##"""
    = "no key name"  # INVALID
    """##,
    ##"""
    name = "Tom"
    name = "Pradyun"
    """##,
    ##"""
    spelling = "favorite"
    "spelling" = "favourite"
    """##,
    ##"""
    # This defines the value of fruit.apple to be an integer.
    fruit.apple = 1
    fruit.apple.smooth = true
    """##,
    ##"""
    str5 = """Here are three quotation marks: """."""
    """##,
    ##"""
    apos15 = '''Here are fifteen apostrophes: ''''''''''''''''''
    """##,
    ##"""
    invalid_float_1 = .7
    """##,
    ##"""
    invalid_float_2 = 7.
    """##,
    ##"""
    invalid_float_3 = 3.e+20
    """##,
    ##"""
    [fruit]
    apple = "red"

    [fruit]
    orange = "orange"
    """##,
    ##"""
    [fruit]
    apple = "red"

    [fruit.apple]
    texture = "smooth"
    """##,
    ##"""
    [fruit]
    apple.color = "red"
    apple.taste.sweet = true

    [fruit.apple]
    """##,
    ##"""
    [fruit]
    apple.color = "red"
    apple.taste.sweet = true

    [fruit.apple.taste]
    """##,
    ##"""
    [product]
    type = { name = "Nail" }
    type.edible = false
    """##,
    ##"""
    [product]
    type.name = "Nail"
    type = { edible = false }
    """##,
    ##"""
    [fruit.physical]
    color = "red"
    shape = "round"

    [[fruit]]
    name = "apple"
    """##,
    ##"""
    fruits = []

    [[fruits]] # Not allowed
    """##,
    ##"""
    [[fruits]]
    name = "apple"

    [[fruits.varieties]]
    name = "red delicious"

    [fruits.varieties]
    name = "granny smith"
    """##,
    ##"""
    [[fruits]]
    name = "apple"

    [fruits.physical]
    color = "red"
    shape = "round"

    [[fruits.physical]]
    color = "green"
    """##,
  ])
  func refuses(_ text: String) {
    let result = tomlReading(text)
    #expect(result.first?.isNumber == true, "\(text): \(result)")
  }
}
