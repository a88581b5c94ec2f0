/** Issues of values: arguments, results, schemas, schedules, tools. */
export const valueCodes = {
  'timestamp.invalid': {
    severity: 'error',
    title: 'Not a time',
    means: 'A time is an ISO 8601 timestamp with a zone, of a day that exists.',
    bad: '- wait: { until: 2030-02-30T09:00:00Z }\n',
    good: '- wait: { until: 2030-02-28T09:00:00Z }\n',
  },
  'arguments.mismatch': {
    severity: 'error',
    title: 'An argument of the wrong form',
    means: 'The value cannot be what the input schema of the activity or child workflow asks for.',
    bad: '- call: inventory.reserve\n  with: { sku: a, quantity: two }\n',
    good: '- call: inventory.reserve\n  with: { sku: a, quantity: 2 }\n',
  },
  'arguments.missing': {
    severity: 'error',
    title: 'A missing argument',
    means: 'The input schema of the activity or child workflow requires it.',
    bad: '- call: inventory.reserve\n  with: { quantity: 2 }\n',
    good: '- call: inventory.reserve\n  with: { sku: a, quantity: 2 }\n',
  },
  'arguments.unknown': {
    severity: 'error',
    title: 'An unknown argument',
    means: 'The input schema of the activity or child workflow does not allow it.',
    bad: '- call: inventory.reserve\n  with: { sku: a, quantty: 2 }\n',
    good: '- call: inventory.reserve\n  with: { sku: a, quantity: 2 }\n',
  },
  'arguments.typo': {
    severity: 'warning',
    title: 'An argument that looks like a slip',
    means:
      'The input schema is open, so the argument is allowed; but it declares one whose name is almost the same.',
    bad: '- call: log\n  with: { message: hello, mesage: hello }\n',
    good: '- call: log\n  with: { message: hello }\n',
  },
  'result.mismatch': {
    severity: 'error',
    title: 'A result that cannot fit `output`',
    means: 'The run would fail at its very end: this result cannot be what the output schema asks for.',
    bad: 'output: { type: object, required: [status], properties: { status: { type: string } } }\nresult: { status: 3 }\n',
    good: 'output: { type: object, required: [status], properties: { status: { type: string } } }\nresult: { status: done }\n',
  },
  'result.typo': {
    severity: 'warning',
    title: 'A property of the result that looks like a slip',
    means:
      'The output schema is open, so the property is allowed; but it declares one whose name is almost the same.',
    bad: 'output: { type: object, properties: { status: { type: string } } }\nresult: { sttaus: done }\n',
    good: 'output: { type: object, properties: { status: { type: string } } }\nresult: { status: done }\n',
  },
  'schema.default': {
    severity: 'error',
    title: 'A default that does not fit',
    means: 'The default of a schema must itself be valid against it.',
    bad: 'input:\n  type: object\n  properties:\n    quantity: { type: integer, default: one }\n',
    good: 'input:\n  type: object\n  properties:\n    quantity: { type: integer, default: 1 }\n',
  },
  'schema.required': {
    severity: 'warning',
    title: 'A required property that is not declared',
    means: 'It is required under one name and declared under another that is almost the same.',
    bad: 'input:\n  type: object\n  required: [quantty]\n  properties:\n    quantity: { type: integer }\n',
    good: 'input:\n  type: object\n  required: [quantity]\n  properties:\n    quantity: { type: integer }\n',
  },
  'schema.unknownKeyword': {
    severity: 'warning',
    title: 'A keyword of JSON Schema that looks like a slip',
    means: 'JSON Schema ignores keywords it does not know, so a misspelt one has no effect.',
    bad: 'input:\n  type: object\n  properties:\n    name: { type: string, maxLenght: 80 }\n',
    good: 'input:\n  type: object\n  properties:\n    name: { type: string, maxLength: 80 }\n',
  },
  'schedule.cron': {
    severity: 'error',
    title: 'Not a cron line',
    means:
      'Minute, hour, day of month, month and day of week, each *, a number, a list, a range or a step; and the time they name must exist.',
    bad: 'schedule: { cron: "0 6 31 2 *" }\n',
    good: 'schedule: { cron: "0 6 28 2 *" }\n',
  },
  'schedule.timezone': {
    severity: 'error',
    title: 'Not a time zone',
    means: 'Time zones have IANA names, such as UTC or Europe/Berlin.',
    bad: 'schedule: { cron: "0 6 * * *", timezone: Europe/Berln }\n',
    good: 'schedule: { cron: "0 6 * * *", timezone: Europe/Berlin }\n',
  },
  'schedule.input': {
    severity: 'error',
    title: 'Scheduled runs whose input does not fit',
    means: 'A scheduled run starts with the `input` of the schedule, which must fit the input schema.',
    bad: 'input: { type: object, required: [region], properties: { region: { type: string } } }\nschedule: { cron: "0 6 * * *" }\n',
    good: 'input: { type: object, required: [region], properties: { region: { type: string } } }\nschedule: { cron: "0 6 * * *", input: { region: eu } }\n',
  },
  'tool.undescribed': {
    severity: 'warning',
    title: 'A tool without a description',
    means: 'Models choose a tool by its description. A workflow without `tool` is exposed.',
    bad: 'description: ""\n',
    good: 'description: Says hello to whoever calls\n',
  },
  'tool.input': {
    severity: 'error',
    title: 'A tool whose input is not a map',
    means:
      'The arguments of an MCP tool are a map, so the input schema of an exposed workflow has `type: object`.',
    bad: 'input: { type: string }\n',
    good: 'input: { type: object, properties: { name: { type: string } } }\n',
  },
} as const
