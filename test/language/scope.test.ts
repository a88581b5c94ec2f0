import { describe } from 'vitest'
import { accepts, finds } from './finds.ts'

const maybe = '- id: a\n  if: $input.x = 1\n  call: log\n  with: { message: a }\n'
const read = (expression: string): string => `- call: log\n  with: { message: "${expression}!" }\n`

describe('a result is read only where it is there for certain', () => {
  finds([
    ['scope.maybe', maybe + read('${ $steps.«a».b }')],
    ['scope.maybe', '- if: $input.x = 1\n  then:\n    - id: a\n      wait: 1s\n' + read('${ $steps.«a» }')],
    [
      'scope.maybe',
      '- try:\n    - id: a\n      workflow: b\n  catch:\n    - steps: []\n' +
        read('${ $steps.«a».x }') +
        '---\nname: b\nsteps: [{ wait: 1s }]\n',
    ],
    [
      'scope.maybe',
      '- try:\n    - id: a\n      workflow: b\n  catch:\n    - steps:\n        - call: log\n          with: { message: "${ $steps.«a».x }!" }\n---\nname: b\nsteps: [{ wait: 1s }]\n',
    ],
    [
      'scope.maybe',
      '- try:\n    - id: a\n      call: http.request\n      with: { url: a }\n  finally:\n    - call: log\n      with: { message: "${ $steps.«a».x }!" }\n',
    ],
    [
      'scope.maybe',
      'steps:\n  - id: a\n    call: http.request\n    with: { url: a }\nfinally:\n  - call: log\n    with: { message: "${ $steps.«a».x }!" }\n',
    ],
    [
      'scope.maybe',
      'steps:\n  - id: a\n    call: http.request\n    with: { url: a }\ncatch:\n  - result: ${ $steps.«a».x }\n',
    ],
    [
      'scope.maybe',
      '- id: votes\n  parallel: { a: [{ return: 1, if: $input.x = 1 }], b: [{ wait: 1s }] }\n  need: 1\n' +
        read('${ $steps.votes.«a» }'),
    ],
    [
      'scope.maybe',
      '- loop:\n    while: $steps.«a».more\n    steps:\n      - id: a\n        call: http.request\n        with: { url: a }\n',
    ],
    [
      'scope.maybe',
      '- loop:\n    until: «$previous».done\n    steps:\n      - call: http.request\n        with: { url: "${ «$previous».next }" }\n'.replace(
        '«$previous».done',
        '$previous.done',
      ),
    ],
    [
      'scope.later',
      read('${ $steps.«a».b }') + '- id: a\n  workflow: b\n---\nname: b\nsteps: [{ wait: 1s }]\n',
    ],
    [
      'scope.later',
      '- id: a\n  call: log\n  with: { message: "${ $steps.«a».b }!" }\n'.replace('scope.later', ''),
    ],
    [
      'scope.outside',
      '- forEach:\n    in: ${ $input.x }\n    steps:\n      - id: a\n        wait: 1s\n' +
        read('${ $steps.«a» }'),
    ],
    [
      'scope.outside',
      '- race:\n    one: [{ id: a, wait: 1s }]\n    two: [{ wait: 2s }]\n' + read('${ $steps.«a» }'),
    ],
    [
      'scope.never',
      '- try:\n    - id: a\n      fail: { type: a.b }\n  catch:\n    - steps:\n        - call: log\n          with: { message: "${ $steps.«a».message }!" }\n',
    ],
    ['scope.never', 'steps:\n  - id: a\n    return: 1\nresult: ${ $steps.«a» }\n'],
    ['scope.never', '- id: a\n  if: $input.x = 1\n  return: 1\n' + read('${ $steps.«a» ?? 1 }')],
    [
      'scope.never',
      'steps:\n  - id: a\n    fail: { type: a.b }\nfinally:\n' +
        read('${ $steps.«a» ?? 1 }').replaceAll(/^(?=.)/gm, '  '),
    ],
    [
      'scope.never',
      '- id: a\n  fail: { type: a.b }\n  finally:\n' +
        read('${ $steps.«a» ?? 1 }').replaceAll(/^(?=.)/gm, '    '),
    ],
    [
      'scope.never',
      '- id: a\n  if: $input.x = 1\n  try:\n    - if: $input.y = 1\n      then: [{ return: 1 }]\n      else: [{ fail: { type: a.b } }]\n' +
        read('${ $steps.«a» ?? 1 }'),
    ],
    [
      'scope.never',
      '- loop:\n    until: $steps.«a» = 1\n    steps:\n      - if: $input.x = 1\n        id: a\n        break: true\n',
    ],
    ['step.unknownId', maybe + read('${ $steps.«b» ?? 1 }')],
    ['step.duplicateId', '- id: a\n  wait: 1s\n- id: «a»\n  wait: 1s\n'],
    [
      'step.duplicateId',
      '- id: a\n  wait: 1s\n- forEach:\n    in: ${ $input.x }\n    steps:\n      - id: «a»\n        wait: 1s\n',
    ],
  ])

  accepts([
    [
      'in a case behind one that asks whether it is missing',
      maybe +
        '- switch:\n    - when: $not($exists($steps.a))\n      then: []\n    - when: $input.y = 1\n      then:\n        - call: log\n          with: { message: "${ $steps.a.b }!" }\n  default:\n    - call: log\n      with: { message: "${ $steps.a.b }!" }\n',
    ],
    [
      'of a step of a finally, behind it',
      '- try: [{ wait: 1s }]\n  finally:\n    - id: a\n      call: http.request\n      with: { url: a }\n' +
        read('${ $steps.a.b }'),
    ],
    [
      'of a step that fails in one branch and goes on in the other',
      '- if: $input.x = 1\n  then: [{ id: a, fail: { type: a.b } }]\n  else: [{ id: a, call: http.request, with: { url: a } }]\n' +
        read('${ $steps.a.b }'),
    ],
    [
      'of a step that only a guarded twin never has',
      '- if: $input.x = 1\n  then: [{ id: a, if: $input.y = 1, return: 1 }]\n  else: [{ id: a, call: http.request, with: { url: a } }]\n' +
        read('${ $steps.a.b ?? 1 }'),
    ],
    [
      'of a failure that is caught',
      '- id: a\n  fail: { type: a.b }\n  catch: [{ result: { b: 1 } }]\n' + read('${ $steps.a.b }'),
    ],
    ['with a default', maybe + read("${ $steps.a.b ?? 'none' }")],
    ['with a default around the whole', maybe + read("${ ($steps.a.b & 'x') ?? 'none' }")],
    ['after $exists in the expression', maybe + read("${ $exists($steps.a) ? $steps.a.b : 'none' }")],
    [
      'after $exists in a guard',
      maybe + '- if: $exists($steps.a)\n  call: log\n  with: { message: "${ $steps.a.b }!" }\n',
    ],
    [
      'after $exists in a block',
      maybe +
        '- if: $exists($steps.a.b)\n  then:\n    - call: log\n      with: { message: "${ $steps.a.b }!" }\n',
    ],
    [
      'in the else of a negation',
      maybe +
        '- if: $not($exists($steps.a))\n  then:\n    - wait: 1s\n  else:\n    - call: log\n      with: { message: "${ $steps.a.b }!" }\n',
    ],
    [
      'after an early exit',
      maybe + '- if: $not($exists($steps.a))\n  return: none\n' + read('${ $steps.a.b }'),
    ],
    [
      'after an early exit in a block',
      maybe +
        '- if: $not($exists($steps.a))\n  then:\n    - wait: 1s\n    - fail: { type: a.b }\n' +
        read('${ $steps.a.b }'),
    ],
    [
      'set in both branches',
      '- if: $input.x = 1\n  then:\n    - id: a\n      wait: 1s\n  else:\n    - id: a\n      wait: 2s\n- set: { v: "${ $steps.a }" }\n'
        .replace(/^/, 'vars: { v: 0 }\nresult: ${ $vars.v }\nsteps:\n')
        .replaceAll(/^(?=[- ])/gm, '  '),
    ],
    [
      'set in all cases and the default',
      'vars: { v: 0 }\nresult: ${ $vars.v }\nsteps:\n  - switch:\n      - when: $input.x = 1\n        then: [{ id: a, wait: 1s }]\n      - when: $input.x = 2\n        then: [{ id: a, wait: 1s }]\n    default: [{ id: a, wait: 1s }]\n  - set: { v: "${ $steps.a }" }\n',
    ],
    [
      'when the catch never goes on',
      'vars: { v: 0 }\nresult: ${ $vars.v }\nsteps:\n  - try: [{ id: a, wait: 1s }]\n    catch: [{ steps: [{ fail: { type: a.b } }] }]\n  - set: { v: "${ $steps.a }" }\n',
    ],
    [
      'of a step that catches its own error',
      'vars: { v: 0 }\nresult: ${ $vars.v }\nsteps:\n  - id: a\n    wait: 1s\n    catch: [{ result: 1 }]\n  - set: { v: "${ $steps.a }" }\n',
    ],
    [
      'a wildcard over a quorum',
      'vars: { v: 0 }\nresult: ${ $vars.v }\nsteps:\n  - id: votes\n    parallel: { a: [{ wait: 1s }], b: [{ wait: 1s }] }\n    need: 1\n  - set: { v: "${ $steps.votes.* }" }\n',
    ],
    [
      'in the condition after a pass',
      '- loop:\n    until: $steps.a.done\n    steps:\n      - id: a\n        call: http.request\n        with: { url: a }\n',
    ],
    [
      'the pass before with a default',
      '- loop:\n    until: $previous.done\n    steps:\n      - call: http.request\n        with: { url: "${ $previous.next ?? \'a\' }" }\n',
    ],
    [
      'the same id in two blocks',
      '- parallel:\n    one: [{ id: a, wait: 1s }]\n    two: [{ id: a, wait: 1s }]\n',
    ],
    [
      'of a loop by its own result',
      '- id: all\n  forEach:\n    in: ${ $input.x }\n    steps:\n      - id: a\n        call: http.request\n        with: { url: "${ $item }" }\n    result: ${ $steps.a.body }\n' +
        read('${ $steps.all.results }'),
    ],
    [
      'in finally with a default',
      '- try:\n    - id: a\n      call: http.request\n      with: { url: a }\n  finally:\n    - call: log\n      with: { message: "${ $steps.a.x ?? 1 }!" }\n',
    ],
    [
      'in the compensation of a later step',
      '- id: a\n  call: inventory.reserve\n  with: { sku: a }\n  compensate: { call: inventory.release, with: { id: "${ $result.id }" } }\n- call: log\n  with: { message: b }\n  compensate: { call: inventory.release, with: { id: "${ $steps.a.id }" } }\n',
    ],
  ])
})

describe('variables, settings and names', () => {
  finds([
    ['vars.unknown', 'vars: { total: 0 }\nsteps:\n  - set: { «totl»: 1 }\nresult: ${ $vars.total }\n'],
    [
      'vars.unknown',
      'vars: { total: 0 }\nsteps:\n  - set: { total: 1 }\nresult: ${ $vars.total + $vars.«totl» }\n',
    ],
    ['config.unknown', 'config: { a: 1 }\nresult: ${ $config.a + $config.«b» }\n'],
    [
      'vars.concurrent',
      'vars: { n: 0 }\nresult: ${ $vars.n }\nsteps:\n  - parallel: { a: [{ set: { «n»: 1 } }], b: [{ wait: 1s }] }\n',
    ],
    [
      'vars.concurrent',
      'vars: { n: 0 }\nresult: ${ $vars.n }\nsteps:\n  - race: { a: [{ if: $input.x = 1, then: [{ set: { «n»: 1 } }] }], b: [{ wait: 1s }] }\n',
    ],
    [
      'vars.concurrent',
      'vars: { n: 0 }\nresult: ${ $vars.n }\nsteps:\n  - forEach: { in: "${ $input.x }", isolate: true, steps: [{ set: { «n»: 1 } }] }\n',
    ],
    ['variable.unknown', read('${ «$inptu».a }')],
    ['variable.unknown', 'vars: { total: 0 }\nresult: ${ «$total» + $vars.total }\n'],
    ['variable.unavailable', read('${ «$error».message }')],
    ['variable.unavailable', read('${ «$result» }')],
    ['variable.unavailable', read('${ «$previous».x ?? 1 }')],
    [
      'variable.unavailable',
      'vars: { a: "${ $input.x }", b: "${ «$vars».a }" }\nresult: ${ $vars.a & $vars.b }\n',
    ],
    ['name.taken', '- forEach: { in: "${ $input.x }", as: «count», steps: [{ wait: 1s }] }\n'],
    ['name.taken', '- forEach: { in: "${ $input.x }", index: «vars», steps: [{ wait: 1s }] }\n'],
    ['name.taken', '- forEach: { in: "${ $input.x }", as: x, index: «x», steps: [{ wait: 1s }] }\n'],
    ['name.taken', 'functions: { «sum»: "function($x) { $x }" }\nresult: ${ $sum([1]) }\n'],
    ['name.unused', 'vars: { «a»: 1 }\n'],
    ['name.unused', 'config: { «a»: 1 }\n'],
    ['name.unused', 'functions: { «f»: "function($x) { $x }" }\n'],
    ['name.unused', 'retries: { «slow»: { maxAttempts: 3 } }\n'],
    ['name.unused', 'secrets: [«KEY»]\n'],
    [
      'secret.unknown',
      'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: { $secret: KEY }, data: { $secret: «KYE» } }\n',
    ],
    [
      'secret.misplaced',
      'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: { $secret: KEY } }\n  - workflow: b\n    with: { a: «{ $secret: KEY }» }\n---\nname: b\nsteps: [{ wait: 1s }]\n',
    ],
  ])

  accepts([
    [
      'a variable written in a sequential loop',
      'vars: { n: 0 }\nresult: ${ $vars.n }\nsteps:\n  - forEach: { in: "${ $input.x }", steps: [{ set: { n: "${ $vars.n + 1 }" } }] }\n',
    ],
    ['all variables at once', 'vars: { a: 1, b: 2 }\nresult: ${ $vars }\n'],
    ['a function handed on', 'functions: { f: "function($x) { $x * 2 }" }\nresult: ${ $map([1, 2], $f) }\n'],
    [
      'a function that calls another',
      'config: { c: 2 }\nfunctions: { f: "function($x) { $g($x) }", g: "function($x) { $x * $config.c }" }\nresult: ${ $f(1) }\n',
    ],
    [
      'names that the expression binds',
      'result: ${ ($a := 1; $map([1], function($v, $i) { $v + $i + $a })) }\n',
    ],
    [
      'the error under a name',
      '- try: [{ wait: 1s }]\n  catch:\n    - as: failure\n      steps:\n        - call: log\n          with: { message: "${ $failure.message & $error.type }" }\n',
    ],
    [
      'a secret in a compensating call',
      'secrets: [KEY]\nsteps:\n  - call: log\n    with: { message: a }\n    compensate: { call: log, with: { message: { $secret: KEY } } }\n',
    ],
    [
      'the attempt in retry.when',
      '- wait: 1s\n  retry: { when: "$attempt < 3 and $error.type = \'timeout\'" }\n',
    ],
    ['the event in match', '- waitFor: { event: a, match: $event.id = $input.id, timeout: 1h }\n'],
  ])
})
