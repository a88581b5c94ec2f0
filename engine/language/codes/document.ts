/** Issues of YAML itself. */
export const documentCodes = {
  'yaml.syntax': {
    severity: 'error',
    title: 'Not YAML',
    means:
      'The file cannot be read as YAML 1.2. Most often an indentation, a bracket or a colon is off near the place.',
    bad: '# hello\nname: example\nsteps:\n  - parallel: { one: [{ wait: 1s } { wait: 2s }] }\n',
    good: '# hello\nname: example\ndescription: An example\nsteps:\n  - parallel: { one: [{ wait: 1s }, { wait: 2s }] }\n',
  },
  'yaml.empty': {
    severity: 'error',
    title: 'Nothing in the file',
    means:
      'The file holds nothing but white space or comments. A definition needs at least `name` and `steps`.',
    bad: '# name: example\n# description: nothing yet\n# steps:\n',
    good: 'name: example\ndescription: Says hello\nsteps:\n  - call: log\n    with: { message: hello }\n',
  },
  'yaml.documents': {
    severity: 'error',
    title: 'Several documents in one file',
    means: 'A file holds one definition. Give each document that `---` starts a file of its own.',
    bad: 'steps:\n  - call: log\n    with: { message: one }\n--- # the second one\nsteps:\n  - call: log\n    with: { message: two }\n',
    good: 'steps:\n  - call: log\n    with: { message: one }\n',
  },
  'yaml.indentation': {
    severity: 'error',
    title: 'A line that is not in line',
    means:
      'YAML tells by the indentation what belongs together: keys of one map start in the same column, and so do the dashes of one list.',
    bad: '- call: log\n with: { message: hello }\n',
    good: '- call: log\n  with: { message: hello }\n',
  },
  'yaml.tab': {
    severity: 'error',
    title: 'A tab as indentation',
    means: 'YAML is indented with spaces. Set the editor to insert spaces in YAML files.',
    bad: 'steps:\n\t- call: log\n',
    good: 'steps:\n  - call: log\n    with: { message: hello }\n',
  },
  'yaml.duplicateKey': {
    severity: 'error',
    title: 'A key twice in one map',
    means:
      'Only one of the two could count. In a step it often means that two steps are glued together: the second one lacks its `- `.',
    bad: '- call: log\n  with: { message: one }\n  call: log\n',
    good: '- call: log\n  with: { message: one }\n- call: log\n  with: { message: two }\n',
  },
  'yaml.alias': {
    severity: 'error',
    title: 'An alias without its anchor',
    means:
      'An alias (`*name`) repeats the value that an anchor (`&name`) marks, which must stand before it and may not contain it.',
    bad: 'config:\n  total: *zero\nresult: ${ $config.total }\n',
    good: 'config:\n  zero: &zero 0\n  total: *zero\nresult: ${ $config.total + $config.zero }\n',
  },
  'yaml.tag': {
    severity: 'error',
    title: 'A YAML tag',
    means:
      'Tags (`!name`) tell a program how to read a value. Definitions are plain data: texts, numbers, lists and maps.',
    bad: '- call: log\n  with: { message: !upper hello }\n',
    good: '- call: log\n  with: { message: "!upper hello" }\n',
  },
  'yaml.number': {
    severity: 'error',
    title: 'A number without a JSON form',
    means: 'Data of a run is JSON, which has no infinity and no “not a number”.',
    bad: 'config:\n  limit: .inf\nresult: ${ $config.limit }\n',
    good: 'config:\n  limit: 1000000\nresult: ${ $config.limit }\n',
  },
  'yaml.largeNumber': {
    severity: 'warning',
    title: 'A number too large to be exact',
    means:
      'Whole numbers beyond 9,007,199,254,740,991 are rounded. Numbers of orders or accounts are texts: quote them.',
    bad: '- call: log\n  with: { message: hello, data: 12345678901234567890 }\n',
    good: '- call: log\n  with: { message: hello, data: "12345678901234567890" }\n',
  },
  'yaml.tooLarge': {
    severity: 'error',
    title: 'Aliases that multiply without end',
    means: 'With its aliases resolved, the file would hold more values than any definition needs.',
    bad: 'config:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n  d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n  e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n  f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n',
    good: 'config:\n  a: &a [1, 1]\n  b: [*a, *a]\nresult: ${ [$config.a, $config.b] }\n',
  },
  'yaml.tooDeep': {
    severity: 'error',
    title: 'A file nested without measure',
    means: 'The file holds more brackets or levels inside each other than anything can read.',
    bad: 'result: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n',
    good: 'result: [[[1]]]\n',
  },
  'yaml.expressionColon': {
    severity: 'error',
    title: '": " in an unquoted expression',
    means:
      'In an unquoted value, YAML takes a colon with a space behind it for the end of a key. Quote the expression.',
    bad: "- call: log\n  with:\n    message: ${ $input.vip ? 'yes' : 'no' }\n",
    good: "- call: log\n  with:\n    message: \"${ $input.vip ? 'yes' : 'no' }\"\n",
  },
  'yaml.expressionComment': {
    severity: 'error',
    title: '" #" in an unquoted expression',
    means:
      'In an unquoted value, YAML takes a # with a space before it for a comment, so the rest of the expression is lost. Quote the expression.',
    bad: "- call: log\n  with:\n    message: ${ 'order #' & $input.number }\n",
    good: '- call: log\n  with:\n    message: "${ \'order #\' & $input.number }"\n',
  },
  'yaml.expressionInFlow': {
    severity: 'error',
    title: 'An unquoted expression inside { } or [ ]',
    means:
      'Inside braces and brackets, YAML ends an unquoted value at the first brace, bracket or comma. Quote the expression.',
    bad: '- call: log\n  with: { message: ${ $input.text } }\n',
    good: '- call: log\n  with: { message: "${ $input.text }" }\n',
  },
  'yaml.colon': {
    severity: 'error',
    title: '": " in an unquoted text',
    means:
      'In an unquoted value, YAML takes a colon with a space behind it for the end of a key. Quote the text.',
    bad: '- call: log\n  with:\n    message: note: hello\n',
    good: '- call: log\n  with:\n    message: "note: hello"\n',
  },
  'yaml.start': {
    severity: 'error',
    title: 'An unquoted text starts with a reserved character',
    means: 'An unquoted value cannot start with @, a backtick or %. Quote it.',
    bad: '- call: log\n  with:\n    message: @all hello\n',
    good: '- call: log\n  with:\n    message: "@all hello"\n',
  },
  'yaml.bracket': {
    severity: 'error',
    title: 'A bracket or brace that is not closed',
    means: 'A list in [ ] or a map in { } ends nowhere, or where one of the other kind ends.',
    bad: '# hello\nname: example\nsteps:\n  - parallel: { one: [{ wait: 1s }, two: [{ wait: 2s }] }\n',
    good: '# hello\nname: example\ndescription: An example\nsteps:\n  - parallel: { one: [{ wait: 1s }], two: [{ wait: 2s }] }\n',
  },
  'yaml.quote': {
    severity: 'error',
    title: 'A quote too many or too few',
    means:
      'A quoted value ends at the next quote of its kind, and nothing may follow it. Use quotes of the other kind around the whole value.',
    bad: "- call: log\n  with:\n    message: 'it's done'\n",
    good: '- call: log\n  with:\n    message: "it\'s done"\n',
  },
  'yaml.brace': {
    severity: 'error',
    title: 'A text that starts with { or [',
    means:
      'YAML reads an unquoted value that starts with a brace or bracket as a map or list. Quote JSONata that starts so.',
    bad: "- call: inventory.reserve\n  with: { sku: a }\n  keep: { 'id': id }\n",
    good: '- call: inventory.reserve\n  with: { sku: a }\n  keep: "{ \'id\': id }"\n',
  },
} as const
