/** Issues of expressions. */
export const expressionCodes = {
  'template.unclosed': {
    severity: 'error',
    title: 'An expression that is never closed',
    means: 'A `${` starts an expression, which ends at its `}`. For the text `${` itself, write `$${`.',
    bad: '- call: log\n  with: { message: "hello ${ $input.name" }\n',
    good: '- call: log\n  with: { message: "hello ${ $input.name }" }\n',
  },
  'template.foreign': {
    severity: 'error',
    title: 'The mark of another language',
    means:
      'Expressions stand in `${ … }`. `${{ }}`, `{{ }}` and `{% %}` come from other languages and would be taken for text.',
    bad: '- call: log\n  with: { message: "hello {{ $input.name }}" }\n',
    good: '- call: log\n  with: { message: "hello ${ $input.name }" }\n',
  },
  'template.unmarked': {
    severity: 'warning',
    title: 'An expression without its marks',
    means: 'In a value, only what stands in `${ … }` is evaluated; this is a text that starts with a $.',
    bad: '- call: log\n  with: { message: $input.name }\n',
    good: '- call: log\n  with: { message: "${ $input.name }" }\n',
  },
  'template.null': {
    severity: 'error',
    title: 'null inside a text',
    means: 'null has no text. Note that `??` replaces what is missing, and `?:` also null and false.',
    bad: '- id: pause\n  wait: 1s\n- call: log\n  with: { message: "paused: ${ $steps.pause }" }\n',
    good: '- id: pause\n  wait: 1s\n- call: log\n  with: { message: "paused" }\n',
  },
  'condition.marks': {
    severity: 'error',
    title: 'A template where an expression is expected',
    means:
      'Conditions, `keep` and `functions` are JSONata as a whole: `${ }` is not needed, and not possible around a part.',
    bad: '- if: ${ $input.a } = ${ $input.b }\n  then:\n    - call: log\n      with: { message: same }\n',
    good: '- if: $input.a = $input.b\n  then:\n    - call: log\n      with: { message: same }\n',
  },
  'condition.notBoolean': {
    severity: 'error',
    title: 'A condition that cannot be true or false',
    means:
      'A condition must give true or false; anything else is an error when it runs, not a guess. Compare it, or ask with `$exists` or `$boolean`.',
    bad: 'input: { type: object, required: [name], properties: { name: { type: string } } }\nsteps:\n  - if: $input.name\n    then:\n      - call: log\n        with: { message: hello }\n',
    good: "input: { type: object, required: [name], properties: { name: { type: string } } }\nsteps:\n  - if: $input.name != ''\n    then:\n      - call: log\n        with: { message: hello }\n",
  },
  'expression.syntax': {
    severity: 'error',
    title: 'Not JSONata',
    means: 'The expression cannot be read. The place is exact to the character.',
    bad: '- call: log\n  with: { message: "${ $input.a & }" }\n',
    good: '- call: log\n  with: { message: "${ $input.a & \'!\' }" }\n',
  },
  'expression.bareName': {
    severity: 'error',
    title: 'A bare name',
    means:
      'There is no context item that a bare name could be looked up in. Data starts with a $; texts stand in single quotes.',
    bad: '- call: log\n  with: { message: "hello ${ name }" }\n',
    good: '- call: log\n  with: { message: "hello ${ $input.name }" }\n',
  },
  'function.unknown': {
    severity: 'error',
    title: 'An unknown function',
    means: 'It is neither built in nor declared under `functions`.',
    bad: '- call: log\n  with: { message: "${ $uppercas($input.name) }" }\n',
    good: '- call: log\n  with: { message: "${ $uppercase($input.name) }" }\n',
  },
  'function.unavailable': {
    severity: 'error',
    title: 'A function that is not available',
    means:
      'JSONata has it, but here it would break the replay of runs or hide what a workflow does: `$eval` runs texts as programs, and `$error` raises errors that have no type.',
    bad: '- call: log\n  with: { message: "${ $eval($input.name) }" }\n',
    good: '- call: log\n  with: { message: "${ $string($input.name) }" }\n',
  },
  'function.arguments': {
    severity: 'error',
    title: 'Too many arguments',
    means: 'The built-in function takes fewer.',
    bad: '- call: log\n  with: { message: "${ $uppercase($input.first, $input.last) }" }\n',
    good: '- call: log\n  with: { message: "${ $uppercase($input.first & $input.last) }" }\n',
  },
  'function.shape': {
    severity: 'error',
    title: 'Not a function',
    means: 'Each entry of `functions` is a JSONata lambda: function($x) { … }.',
    bad: 'functions:\n  gross: 1 + 1\nsteps:\n  - call: log\n    with: { message: "${ $gross(2) }" }\n',
    good: 'functions:\n  gross: function($net) { $net * 1.19 }\nsteps:\n  - call: log\n    with: { message: "${ $gross(2) }" }\n',
  },
  'function.scope': {
    severity: 'error',
    title: 'A function that reads what it cannot see',
    means:
      'Functions see their parameters, each other and `$config`, so that they mean the same wherever they are called.',
    bad: 'functions:\n  gross: function($net) { $net * $input.rate }\nsteps:\n  - call: log\n    with: { message: "${ $gross(2) }" }\n',
    good: 'functions:\n  gross: function($net, $rate) { $net * $rate }\nsteps:\n  - call: log\n    with: { message: "${ $gross(2, $input.rate) }" }\n',
  },
  'keep.scope': {
    severity: 'error',
    title: 'A `keep` that reads what it cannot see',
    means:
      '`keep` is evaluated beside the activity, over its raw result: it sees nothing of the run. Names stand bare there.',
    bad: '- call: inventory.reserve\n  with: { sku: a }\n  keep: $input.sku\n',
    good: '- call: inventory.reserve\n  with: { sku: a }\n  keep: id\n',
  },
  'path.unknown': {
    severity: 'error',
    title: 'A path that cannot exist',
    means:
      "A schema says that there is no such property: that of the input, of an activity's or child workflow's output, or the shape that a step's result always has.",
    bad: '- id: each\n  forEach:\n    in: ${ $input.orders }\n    steps:\n      - call: log\n        with: { message: hello }\n- call: log\n  with: { message: "${ $steps.each.length } orders" }\n',
    good: '- id: each\n  forEach:\n    in: ${ $input.orders }\n    steps:\n      - call: log\n        with: { message: hello }\n- call: log\n  with: { message: "${ $steps.each.total } orders" }\n',
  },
  'path.typo': {
    severity: 'warning',
    title: 'A path that looks like a slip',
    means:
      'The schema is open, so the property may exist; but it declares one whose name is almost the same.',
    bad: 'input: { type: object, properties: { customer: { type: string } } }\nsteps:\n  - call: log\n    with: { message: "${ $input.custommer }" }\n',
    good: 'input: { type: object, properties: { customer: { type: string } } }\nsteps:\n  - call: log\n    with: { message: "${ $input.customer }" }\n',
  },
  'comparison.never': {
    severity: 'warning',
    title: 'A comparison with what cannot be',
    means:
      "A schema, or the shape that a step's result always has, says that the two sides can never be equal, because of their types or their values. So a condition that asks for it never holds: the case, the branch or the step behind it is dead.",
    bad: "input: { type: object, properties: { size: { enum: [small, large] } } }\nsteps:\n  - switch:\n      - when: $input.size = 'small'\n        then: [{ call: log, with: { message: small } }]\n      - when: $input.size = 'larg'\n        then: [{ call: log, with: { message: large } }]\n",
    good: "input: { type: object, properties: { size: { enum: [small, large] } } }\nsteps:\n  - switch:\n      - when: $input.size = 'small'\n        then: [{ call: log, with: { message: small } }]\n      - when: $input.size = 'large'\n        then: [{ call: log, with: { message: large } }]\n",
  },
  'regex.danger': {
    severity: 'error',
    title: 'A regular expression that can take for ever',
    means:
      'Repeats inside of repeats take exponential time on a text that nearly matches, so they are refused.',
    bad: '- if: $contains($input.name, /^(a+)+$/)\n  then:\n    - call: log\n      with: { message: hello }\n',
    good: '- if: $contains($input.name, /^a+$/)\n  then:\n    - call: log\n      with: { message: hello }\n',
  },
} as const
