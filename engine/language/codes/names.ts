/** Issues of names: what is declared, what is used, and whether they meet. */
export const nameCodes = {
  'activity.unknown': {
    severity: 'error',
    title: 'An unknown activity',
    means:
      'The host has registered no activity under this name. `longhaul activities` lists the names there are.',
    bad: '- call: lgo\n  with: { message: hello }\n',
    good: '- call: log\n  with: { message: hello }\n',
  },
  'workflow.unknown': {
    severity: 'error',
    title: 'An unknown workflow',
    means: 'No definition has this name. A child is named `name`, or `name@range`.',
    bad: '- workflow: ship-ordr\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: shipped }\n',
    good: '- workflow: ship-order\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: shipped }\n',
  },
  'workflow.version': {
    severity: 'error',
    title: 'No such version',
    means: 'There are definitions of this name, but none with a version in the range.',
    bad: '- workflow: ship-order@^2.0\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: shipped }\n',
    good: '- workflow: ship-order@^1.0\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: shipped }\n',
  },
  'workflow.range': {
    severity: 'error',
    title: 'Not a range of versions',
    means: 'What follows the @ is a range of semantic versions, such as ^1.0, 2.x or >=1.2 <3.',
    bad: '- workflow: ship-order@newest\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: shipped }\n',
    good: '- workflow: ship-order\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: shipped }\n',
  },
  'workflow.duplicate': {
    severity: 'error',
    title: 'Two definitions with one name and version',
    means:
      'A definition is known by its name and version. Change the version of the one that replaces the other, or the name of the one that does something else.',
    bad: 'name: ship-order\nsteps:\n  - call: log\n    with: { message: one }\n---\nname: ship-order\nsteps:\n  - call: log\n    with: { message: two }\n',
    good: 'name: ship-order\nsteps:\n  - call: log\n    with: { message: one }\n---\nname: ship-order\nversion: 1.1.0\nsteps:\n  - call: log\n    with: { message: two }\n',
  },
  'workflow.cycle': {
    severity: 'error',
    title: 'Workflows that start each other',
    means:
      'Each run would start and await the next one, without end. What both need belongs into a third workflow, or into a loop.',
    bad: 'name: ping\nsteps:\n  - workflow: pong\n---\nname: pong\nsteps:\n  - workflow: ping\n',
    good: 'name: ping\nsteps:\n  - workflow: pong\n---\nname: pong\nsteps:\n  - call: log\n    with: { message: pong }\n',
  },
  'workflow.recursion': {
    severity: 'warning',
    title: 'A workflow that starts itself',
    means:
      'Under a condition that is possible, but every run waits for the one it started. A loop does the same in one run.',
    bad: 'name: countdown\nvars: { left: 3 }\nsteps:\n  - if: $vars.left > 0\n    workflow: countdown\n',
    good: 'name: countdown\nvars: { left: 3 }\nsteps:\n  - loop:\n      while: $vars.left > 0\n      steps:\n        - set: { left: "${ $vars.left - 1 }" }\n',
  },
  'retry.unknown': {
    severity: 'error',
    title: 'An unknown retry policy',
    means: '`retry: name` uses a policy that `retries` declares.',
    bad: 'retries:\n  patient: { maxAttempts: 10 }\nsteps:\n  - call: log\n    with: { message: hello }\n    retry: [patient, pateint]\n',
    good: 'retries:\n  patient: { maxAttempts: 10 }\nsteps:\n  - call: log\n    with: { message: hello }\n    retry: patient\n',
  },
  'step.duplicateId': {
    severity: 'error',
    title: 'An id twice',
    means:
      'Where two steps are in scope together, their ids must differ. Both branches of an `if`, or two cases, may use the same one: only one of them runs.',
    bad: '- id: greet\n  call: log\n  with: { message: hello }\n- id: greet\n  call: log\n  with: { message: hello again }\n',
    good: '- id: greet\n  call: log\n  with: { message: hello }\n- id: greetAgain\n  call: log\n  with: { message: hello again }\n',
  },
  'step.unknownId': {
    severity: 'error',
    title: 'An unknown step',
    means: '`$steps.<id>` reads the result of the step with that id, and there is none.',
    bad: '- id: reserve\n  call: inventory.reserve\n  with: { sku: a }\n- call: inventory.release\n  with: { id: "${ $steps.reserv.id }" }\n',
    good: '- id: reserve\n  call: inventory.reserve\n  with: { sku: a }\n- call: inventory.release\n  with: { id: "${ $steps.reserve.id }" }\n',
  },
  'scope.later': {
    severity: 'error',
    title: 'A result used before it exists',
    means: 'The step is performed later, so here it has no result yet.',
    bad: '- call: inventory.release\n  with: { id: "${ $steps.reserve.id }" }\n- id: reserve\n  call: inventory.reserve\n  with: { sku: a }\n',
    good: '- id: reserve\n  call: inventory.reserve\n  with: { sku: a }\n- call: inventory.release\n  with: { id: "${ $steps.reserve.id }" }\n',
  },
  'scope.outside': {
    severity: 'error',
    title: 'A result used outside of its block',
    means:
      '`forEach`, `loop`, `parallel` and `race` keep the results of their steps to themselves and export one of their own. Give the block an id and read that.',
    bad: '- parallel:\n    goods:\n      - id: reserve\n        call: inventory.reserve\n        with: { sku: a }\n    news:\n      - call: log\n        with: { message: hello }\n- call: inventory.release\n  with: { id: "${ $steps.reserve.id }" }\n',
    good: '- id: both\n  parallel:\n    goods:\n      - call: inventory.reserve\n        with: { sku: a }\n    news:\n      - call: log\n        with: { message: hello }\n- call: inventory.release\n  with: { id: "${ $steps.both.goods.id }" }\n',
  },
  'scope.never': {
    severity: 'error',
    title: 'A result that never exists',
    means:
      'A step that can only fail, end the run or leave its loop has no result, so there is nothing to read. What a `fail` gives is `$error` in a `catch`; what a `return` gives is the result of the run.',
    bad: '- try:\n    - id: refuse\n      fail: { type: order.refused, message: sold out }\n  catch:\n    - steps:\n        - call: log\n          with: { message: "${ $steps.refuse.message }" }\n',
    good: '- try:\n    - id: refuse\n      fail: { type: order.refused, message: sold out }\n  catch:\n    - steps:\n        - call: log\n          with: { message: "${ $error.message }" }\n',
  },
  'scope.maybe': {
    severity: 'error',
    title: 'A result that may be missing',
    means:
      'Not every way to this place sets the result: the step is guarded, stands in a branch, or may have failed. Say what counts then with `??`, or ask with `$exists` first.',
    bad: 'input: { type: object, properties: { vip: { type: boolean, default: false } } }\nsteps:\n  - id: gift\n    if: $input.vip\n    call: inventory.reserve\n    with: { sku: gift }\n  - call: log\n    with: { message: "gift ${ $steps.gift.id }" }\n',
    good: 'input: { type: object, properties: { vip: { type: boolean, default: false } } }\nsteps:\n  - id: gift\n    if: $input.vip\n    call: inventory.reserve\n    with: { sku: gift }\n  - call: log\n    with: { message: "gift ${ $steps.gift.id ?? \'none\' }" }\n',
  },
  'variable.unknown': {
    severity: 'error',
    title: 'An unknown variable',
    means:
      'Data is read through a few names: $input, $steps, $vars, $config, $run, and the names of loops and catch clauses where they are in scope.',
    bad: '- call: log\n  with: { message: "hello ${ $inptu.name }" }\n',
    good: '- call: log\n  with: { message: "hello ${ $input.name }" }\n',
  },
  'variable.unavailable': {
    severity: 'error',
    title: 'A variable outside of its place',
    means:
      '$error, $result, $event, $attempt and $previous exist only where there is something they could stand for.',
    bad: '- call: log\n  with: { message: "${ $error.message }" }\n',
    good: '- call: log\n  with: { message: hello }\n  catch:\n    - steps:\n        - call: log\n          with: { message: "${ $error.message }" }\n',
  },
  'vars.unknown': {
    severity: 'error',
    title: 'An undeclared variable',
    means: '`set` writes, and `$vars` reads, only what `vars` declares with its first value.',
    bad: 'vars: { total: 0 }\nsteps:\n  - set: { total: 1 }\n  - call: log\n    with: { message: "${ $vars.totl } ${ $vars.total }" }\n',
    good: 'vars: { total: 0 }\nsteps:\n  - set: { total: 1 }\n  - call: log\n    with: { message: "${ $vars.total }" }\n',
  },
  'vars.concurrent': {
    severity: 'error',
    title: 'A variable written by parts that run at the same time',
    means:
      'Which of them wrote last would be chance. Let the block give a result, and write the variable after it.',
    bad: 'vars: { total: 0 }\nsteps:\n  - forEach:\n      in: ${ $input.amounts }\n      concurrency: 5\n      steps:\n        - set: { total: "${ $vars.total + $item }" }\nresult: ${ $vars.total }\n',
    good: 'vars: { total: 0 }\nsteps:\n  - id: doubled\n    forEach:\n      in: ${ $input.amounts }\n      concurrency: 5\n      steps:\n        - call: log\n          with: { message: "${ $item }" }\n      result: ${ $item * 2 }\n  - set: { total: "${ $sum($steps.doubled.results) }" }\nresult: ${ $vars.total }\n',
  },
  'config.unknown': {
    severity: 'error',
    title: 'An undeclared setting',
    means: '`$config` reads what `config` declares with a default.',
    bad: 'config: { currency: EUR }\nsteps:\n  - call: log\n    with: { message: "${ $config.curency } ${ $config.currency }" }\n',
    good: 'config: { currency: EUR }\nsteps:\n  - call: log\n    with: { message: "${ $config.currency }" }\n',
  },
  'secret.unknown': {
    severity: 'error',
    title: 'An undeclared secret',
    means:
      '`{ $secret: NAME }` uses a name that `secrets` declares, so that a reader sees at the top what a workflow needs.',
    bad: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: [{ $secret: KYE }, { $secret: KEY }] }\n',
    good: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: { $secret: KEY } }\n',
  },
  'secret.shape': {
    severity: 'error',
    title: 'A secret in the wrong form',
    means: 'A secret is written as a map with the one key `$secret`, whose value is a name from `secrets`.',
    bad: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: [{ $secret: KEY, or: none }, { $secret: KEY }] }\n',
    good: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: { $secret: KEY } }\n',
  },
  'secret.misplaced': {
    severity: 'error',
    title: 'A secret outside of a call',
    means:
      'Secrets are resolved in the activity host and never enter a run. So they may stand in the `with` of a call or of a compensating call, and nowhere else: not in variables, results, events or the input of a child workflow.',
    bad: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: { $secret: KEY } }\nresult: { key: { $secret: KEY } }\n',
    good: 'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: hello, data: { $secret: KEY } }\n',
  },
  'name.taken': {
    severity: 'error',
    title: 'A name that is taken',
    means:
      'Names of loops, catch clauses and functions become variables, so they cannot be names that have a meaning already: those of built-in functions, and input, steps, vars, run, config, error, result, event, previous, attempt.',
    bad: '- forEach:\n    in: ${ $input.orders }\n    as: input\n    steps:\n      - call: log\n        with: { message: hello }\n',
    good: '- forEach:\n    in: ${ $input.orders }\n    as: order\n    steps:\n      - call: log\n        with: { message: hello }\n',
  },
  'name.unused': {
    severity: 'warning',
    title: 'Something declared that nothing uses',
    means: 'It is harmless, but most often the name is misspelt in the place that should use it.',
    bad: 'vars: { total: 0, count: 0 }\nsteps:\n  - set: { total: 1 }\nresult: ${ $vars.total }\n',
    good: 'vars: { total: 0 }\nsteps:\n  - set: { total: 1 }\nresult: ${ $vars.total }\n',
  },
  'event.isolated': {
    severity: 'warning',
    title: 'An event that an isolated item does not hear',
    means:
      'With `isolate: true` each item, or batch, is a run of its own, and events for it go to its own id, which is `$run.id` there. No step of the item tells anyone this id, and an event that is sent to the parent is not heard.',
    bad: '- forEach:\n    in: ${ $input.orders }\n    isolate: true\n    steps:\n      - call: log\n        with: { message: "ordered ${ $item }" }\n      - waitFor: { event: paid, timeout: 1h }\n',
    good: '- forEach:\n    in: ${ $input.orders }\n    isolate: true\n    steps:\n      - call: log\n        with: { message: "ordered ${ $item }, payment to ${ $run.id }" }\n      - waitFor: { event: paid, timeout: 1h }\n',
  },
  'event.reserved': {
    severity: 'error',
    title: 'A reserved event',
    means: 'Events that start with `longhaul.` are those by which the engine itself speaks to a run.',
    bad: '- waitFor: { event: longhaul.cancel, timeout: 1h }\n',
    good: '- waitFor: { event: order.cancel, timeout: 1h }\n',
  },
} as const
