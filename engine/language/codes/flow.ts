/** Issues of the flow of steps. */
export const flowCodes = {
  'step.unreachable': {
    severity: 'warning',
    title: 'A step that is never reached',
    means:
      'The step before it always ends the sequence: with `return`, `fail`, `break` or `continue`, or because all its branches do.',
    bad: '- return: done\n- call: log\n  with: { message: hello }\n',
    good: '- call: log\n  with: { message: hello }\n- return: done\n',
  },
  'step.tooDeep': {
    severity: 'error',
    title: 'Steps nested too deep',
    means: 'Blocks may be nested 64 deep. Nobody can read more; a workflow of its own takes the inner part.',
    bad: '- try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ try: [{ wait: 1s }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }] }]\n',
    good: '- try: [{ wait: 1s }]\n',
  },
  'loop.outside': {
    severity: 'error',
    title: '`break` or `continue` without a loop',
    means:
      'They act on the innermost sequential `forEach` or `loop`, and cannot leave parts that run at the same time.',
    bad: '- break: true\n',
    good: '- loop:\n    steps:\n      - if: $random() > 0.5\n        break: true\n',
  },
  'loop.endless': {
    severity: 'error',
    title: 'A loop that only its limit ends',
    means: 'Nothing ends the loop but `maxIterations`, and reaching that is the error `limit.iterations`.',
    bad: '- loop:\n    every: 1m\n    steps:\n      - call: log\n        with: { message: tick }\n',
    good: '- loop:\n    until: $steps.tick.done\n    every: 1m\n    steps:\n      - id: tick\n        call: log\n        with: { message: tick }\n        result: { done: "${ $random() > 0.5 }" }\n',
  },
  'loop.fixedCondition': {
    severity: 'warning',
    title: 'A loop whose condition does not change',
    means:
      'Nothing that the loop does changes what its condition reads, so it makes no pass, one pass, or as many as its limit allows.',
    bad: 'vars: { left: 3 }\nsteps:\n  - loop:\n      while: $vars.left > 0\n      steps:\n        - call: log\n          with: { message: hello }\n',
    good: 'vars: { left: 3 }\nsteps:\n  - loop:\n      while: $vars.left > 0\n      steps:\n        - set: { left: "${ $vars.left - 1 }" }\n',
  },
  'switch.deadCase': {
    severity: 'warning',
    title: 'A case that is never reached',
    means: 'An earlier case always holds, or holds whenever this one does, or this one never holds.',
    bad: "- switch:\n    - when: $input.size = 'small'\n      then: [{ call: log, with: { message: small } }]\n    - when: $input.size = 'small'\n      then: [{ call: log, with: { message: large } }]\n",
    good: "- switch:\n    - when: $input.size = 'small'\n      then: [{ call: log, with: { message: small } }]\n    - when: $input.size = 'large'\n      then: [{ call: log, with: { message: large } }]\n",
  },
  'catch.shadowed': {
    severity: 'warning',
    title: 'A catch clause in the shadow of another',
    means:
      'The first clause that matches an error takes it, so a more general one before a more special one takes everything.',
    bad: '- call: log\n  with: { message: hello }\n  catch:\n    - on: [activity.*]\n    - on: [activity.failed]\n',
    good: '- call: log\n  with: { message: hello }\n  catch:\n    - on: [activity.failed]\n    - on: [activity.*]\n',
  },
  'catch.cancelled': {
    severity: 'warning',
    title: 'A catch of `cancelled`',
    means:
      'A cancel cannot be caught: the run ends. What must happen then belongs into `finally` or `compensate`.',
    bad: '- call: log\n  with: { message: hello }\n  catch:\n    - on: [cancelled]\n',
    good: '- call: log\n  with: { message: hello }\n  finally:\n    - call: log\n      with: { message: done }\n',
  },
  'retry.final': {
    severity: 'error',
    title: 'A retry of what is never retried',
    means:
      'Wrong input stays wrong, and an unknown activity unknown: another attempt would end the same way.',
    bad: '- call: log\n  with: { message: hello }\n  retry: { on: [activity.invalidInput, timeout] }\n',
    good: '- call: log\n  with: { message: hello }\n  retry: { on: [timeout] }\n',
  },
  'retry.shadowed': {
    severity: 'warning',
    title: 'A retry policy in the shadow of another',
    means:
      'Of a list of policies the first that matches counts, so a more general one before a more special one takes everything.',
    bad: '- call: log\n  with: { message: hello }\n  retry:\n    - { maxAttempts: 2 }\n    - { on: [timeout], maxAttempts: 5 }\n',
    good: '- call: log\n  with: { message: hello }\n  retry:\n    - { on: [timeout], maxAttempts: 5 }\n    - { maxAttempts: 2 }\n',
  },
  'timeout.missing': {
    severity: 'warning',
    title: 'A wait that nothing bounds',
    means:
      'A person may never answer and an event may never come. A `timeout` of the step, of a block around it, of `defaults` or of the whole run bounds the wait, and so does a rival in a `race` that ends by itself; with `onTimeout` it gives a value instead of an error.',
    bad: '- ask: { prompt: "Approve?" }\n',
    good: '- ask: { prompt: "Approve?", timeout: 24h }\n',
  },
  'timeout.twice': {
    severity: 'error',
    title: 'Two timeouts on one wait',
    means:
      '`ask` and `waitFor` have a timeout of their own, which `onTimeout` belongs to. A second one beside it would leave open which counts.',
    bad: '- ask: { prompt: "Approve?", timeout: 24h }\n  timeout: 12h\n',
    good: '- ask: { prompt: "Approve?", timeout: 12h }\n',
  },
  'parallel.need': {
    severity: 'error',
    title: 'A quorum that cannot be reached',
    means: '`need` asks for more branches than there are.',
    bad: '- parallel:\n    one: [{ call: log, with: { message: one } }]\n    two: [{ call: log, with: { message: two } }]\n  need: 3\n',
    good: '- parallel:\n    one: [{ call: log, with: { message: one } }]\n    two: [{ call: log, with: { message: two } }]\n  need: 1\n',
  },
} as const
