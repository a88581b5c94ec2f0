/** Issues of form: what the JSON Schema of definitions refuses. */
export const structureCodes = {
  'key.unknown': {
    severity: 'error',
    title: 'An unknown key',
    means: 'The key means nothing here. It is an error, and not ignored, because it is nearly always a slip.',
    bad: '- call: log\n  wiht: { message: hello }\n',
    good: '- call: log\n  with: { message: hello }\n',
  },
  'key.missing': {
    severity: 'error',
    title: 'A missing key',
    means: 'The key is required here.',
    bad: '- forEach:\n    in: ${ $input.orders }\n',
    good: '- forEach:\n    in: ${ $input.orders }\n    steps:\n      - call: log\n        with: { message: "${ $item.id }" }\n',
  },
  'key.misplaced': {
    severity: 'error',
    title: 'A key in the wrong place',
    means: 'The key exists, but belongs one level further in or out, or to a step of another kind.',
    bad: '- wait: 10m\n  with: { message: hello }\n',
    good: '- wait: 10m\n- call: log\n  with: { message: hello }\n',
  },
  'step.noKind': {
    severity: 'error',
    title: 'A step without a kind',
    means: 'Every step has exactly one kind, the key that says what it does, such as `call` or `wait`.',
    bad: '- id: hello\n  with: { message: hello }\n',
    good: '- id: hello\n  call: log\n  with: { message: hello }\n',
  },
  'step.unknownKind': {
    severity: 'error',
    title: 'An unknown kind of step',
    means: 'The key that should say what the step does is not a kind.',
    bad: '- cal: log\n  with: { message: hello }\n',
    good: '- call: log\n  with: { message: hello }\n',
  },
  'step.severalKinds': {
    severity: 'error',
    title: 'A step with two kinds',
    means:
      'Every step has exactly one kind. Two steps start with a `- ` each. (`if` beside another kind is a guard, not a kind; then it has no `then`).',
    bad: '- call: log\n  with: { message: hello }\n  wait: 10m\n',
    good: '- call: log\n  with: { message: hello }\n- wait: 10m\n',
  },
  'value.form': {
    severity: 'error',
    title: 'A value of the wrong form',
    means: 'The key wants another form of value, such as a map instead of a text.',
    bad: '- call: log\n  with: { message: hello }\n  catch: ignore\n',
    good: '- call: log\n  with: { message: hello }\n  catch:\n    - on: [activity.failed]\n',
  },
  'value.choice': {
    severity: 'error',
    title: 'Not one of the allowed words',
    means: 'The key takes only certain words.',
    bad: '- parallel:\n    one: [{ call: log, with: { message: one } }]\n    two: [{ call: log, with: { message: two } }]\n  onFailure: stop\n',
    good: '- parallel:\n    one: [{ call: log, with: { message: one } }]\n    two: [{ call: log, with: { message: two } }]\n  onFailure: cancel\n',
  },
  'value.empty': {
    severity: 'error',
    title: 'An empty value',
    means: 'An empty list, map or text has no meaning here.',
    bad: '- try: []\n',
    good: '- try:\n    - call: log\n      with: { message: hello }\n',
  },
  'value.constant': {
    severity: 'error',
    title: 'A value that must be a constant',
    means: 'The value is needed when the definition is loaded, before there is a run that could compute it.',
    bad: 'tool: { ttl: "${ 7 }d" }\n',
    good: 'tool: { ttl: 7d }\n',
  },
  'duration.invalid': {
    severity: 'error',
    title: 'Not a duration',
    means:
      'A duration is a number with a unit: 500ms, 30s, 5m, 1h30m, 2d, ISO 8601 such as PT1H, or a map such as { hours: 1 }. A bare number is refused, because nobody can tell its unit.',
    bad: '- wait: 30\n',
    good: '- wait: 30s\n',
  },
  'name.invalid': {
    severity: 'error',
    title: 'Not a name',
    means:
      'Names of workflows are lower case letters, digits and dashes. Names that expressions use (ids, variables, functions, loop names) are letters, digits and _, and do not start with a digit.',
    bad: '- id: say-hello\n  call: log\n  with: { message: hello }\n',
    good: '- id: sayHello\n  call: log\n  with: { message: hello }\n',
  },
  'version.invalid': {
    severity: 'error',
    title: 'Not a version',
    means:
      'The version of a definition is a semantic version, as text. Unquoted, YAML takes 1.0 for a number.',
    bad: 'version: 1.0\n',
    good: 'version: 1.0.0\n',
  },
  'errorType.invalid': {
    severity: 'error',
    title: 'Not a type of error',
    means:
      'Types of errors are dotted names such as payment.declined; `on` and `except` may use * for any part.',
    bad: '- fail: { type: "out of stock" }\n',
    good: '- fail: { type: order.outOfStock }\n',
  },
  'retry.attempts': {
    severity: 'error',
    title: 'Not a number of attempts',
    means: '`maxAttempts` counts the first attempt, so it is at least 1; 1 means that nothing is retried.',
    bad: '- call: log\n  with: { message: hello }\n  retry: { maxAttempts: 0 }\n',
    good: '- call: log\n  with: { message: hello }\n  retry: { maxAttempts: 3 }\n',
  },
  'schema.invalid': {
    severity: 'error',
    title: 'Not a JSON Schema',
    means:
      'Schemas are JSON Schema 2020-12, complete in themselves: a `$ref` may only point into the same schema.',
    bad: 'input:\n  type: object\n  properties:\n    sku: { type: text }\n',
    good: 'input:\n  type: object\n  properties:\n    sku: { type: string }\n',
  },
} as const
