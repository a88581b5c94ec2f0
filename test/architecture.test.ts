import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Who may import whom. A room not named on the right is a closed door. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  base: [],
  expressions: ['base'],
  language: ['base', 'expressions'],
  orchestrator: ['base', 'expressions', 'language'],
  worker: ['base', 'language', 'expressions', 'orchestrator'],
  scheduler: ['base'],
  hub: ['base', 'scheduler'],
  client: ['base', 'language'],
  mcp: ['base', 'language', 'client'],
  testing: ['base', 'language', 'expressions', 'orchestrator', 'worker', 'client'],
}

/** The places that put rooms together (`engine.ts`, `index.ts`, the command line), and the one that sees nothing but the front door. */
const doors: Readonly<Record<string, readonly string[]>> = {
  ...rooms,
  composition: Object.keys(rooms),
  public: [...Object.keys(rooms), 'composition'],
  cli: [...Object.keys(rooms), 'composition'],
  activities: ['public'],
}

/** Packages with one home: whatever else a file wants from them, it asks that home for. */
const homes: readonly { readonly packages: RegExp; readonly only: RegExp }[] = [
  {
    packages: /^@microsoft\/durabletask-js\/.*_(?:grpc_)?pb(?:\.js)?$/,
    only: /^engine\/(?:scheduler\/(?:wire|message)|worker\/(?:sdk-worker|live-runs|local-context|news))\.ts$/,
  },
  { packages: /^@grpc\/grpc-js/, only: /^engine\/(?:scheduler|hub)\// },
  {
    packages: /^@microsoft\/durabletask-js/,
    only: /^engine\/(?:scheduler|hub|client|worker|testing)\/|^engine\/orchestrator\/(?:drive|interpret|leaf-effects|schedule|wake)\.ts$/,
  },
  { packages: /^@modelcontextprotocol\/sdk/, only: /^engine\/mcp\/legacy/ },
  { packages: /^@modelcontextprotocol\/server/, only: /^engine\/mcp\/modern/ },
  { packages: /^commander$/, only: /^engine\/cli\// },
  { packages: /^jsonata$/, only: /^engine\/expressions\// },
  { packages: /^yaml$/, only: /^engine\/(?:language|testing)\// },
  { packages: /^node:sqlite$/, only: /^engine\/scheduler\// },
]

/** What replayed code must ask for by an effect. */
const impure =
  /\bnew Date\(\)|\bDate\(\)|\bDate\.now\b|\bMath\.random\b|\bcrypto\.|\bperformance\.|\bfetch\(|\bprocess\.|\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b|\bWeakRef\b/

describe('the doors', () => {
  test.for(globSync('{engine,activities}/**/*.ts'))('%s keeps to its room', (file) => {
    expect(trespasses(file, readFileSync(file, 'utf8'))).toEqual([])
  })

  test.for([
    ['engine/json.ts', `import { x } from './client/client.ts'`, 'base may not import client'],
    [
      'engine/scheduler/turn.ts',
      `import type { Effect } from '../orchestrator/effect.ts'`,
      'scheduler may not import orchestrator',
    ],
    ['engine/mcp/tasks.ts', `export { Store } from '../scheduler/store.ts'`, 'mcp may not import scheduler'],
    [
      'engine/language/read.ts',
      `const x = await import('../orchestrator/drive.ts')`,
      'language may not import orchestrator',
    ],
    [
      'engine/client/wait.ts',
      `import { openEngine } from '../engine.ts'`,
      'client may not import composition',
    ],
    ['engine/mcp/http.ts', `import {\n  main,\n} from '../cli/main.ts'`, 'mcp may not import cli'],
    ['activities/files.ts', `import { toJson } from '../engine/json.ts'`, 'activities may not import base'],
    ['engine/attic/x.ts', ``, 'attic has no row in the table of doors'],
    [
      'engine/scheduler/store.ts',
      `import pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'`,
      'is not the home of @microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js',
    ],
    [
      'engine/orchestrator/steps/call.ts',
      `import { whenAny } from '@microsoft/durabletask-js'`,
      'is not the home of @microsoft/durabletask-js',
    ],
    [
      'engine/mcp/tasks.ts',
      `import { Server } from '@modelcontextprotocol/sdk/server/index.js'`,
      'is not the home of @modelcontextprotocol/sdk/server/index.js',
    ],
    ['engine/orchestrator/steps/wait.ts', `const now = new Date()`, 'new Date() in replayed code'],
    [
      'engine/expressions/dice.ts',
      `import { randomUUID } from 'node:crypto'`,
      'node:crypto in replayed code',
    ],
    ['engine/cli/runs.ts', `  await using runs = open()`, 'Node 22 does not know "using"'],
    ['engine/client/helpers.ts', ``, 'is named for no idea'],
    ['engine/client/waitForRun.ts', ``, 'is not in kebab-case'],
  ] as const)('%s may not contain %j', ([file, source, complaint]) => {
    expect(trespasses(file, source)).toEqual([expect.stringContaining(complaint)])
  })

  test.for([
    ['engine/orchestrator/drive.ts', `import { whenAny } from '@microsoft/durabletask-js'`],
    [
      'engine/scheduler/wire.ts',
      `import pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'`,
    ],
    ['engine/orchestrator/frame.ts', `// new Date() is what we must not call\nconst due = new Date(now)`],
    ['engine/cli/main.ts', `import { openEngine } from '../engine.ts'`],
    [
      'activities/orders.ts',
      `import { ActivityError } from '../engine/index.ts'\nimport { read } from './files.ts'`,
    ],
  ] as const)('%s may contain %j', ([file, source]) => {
    expect(trespasses(file, source)).toEqual([])
  })
})

/** What `source`, standing in `file`, does against the architecture. */
function trespasses(file: string, source: string): string[] {
  const room = roomOf(file)
  const open = doors[room]
  if (!open) return [`engine/${room} has no row in the table of doors`]
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    (match) => match[1] ?? '',
  )
  const replayed = room === 'orchestrator' || room === 'expressions'
  return [
    ...imports
      .filter((path) => path.startsWith('.'))
      .map((path) => roomOf(relative('.', join(dirname(file), path))))
      .filter((to) => to !== room && !open.includes(to))
      .map((to) => `${room} may not import ${to}`),
    ...imports
      .filter((name) => homes.find(({ packages }) => packages.test(name))?.only.test(file) === false)
      .map((name) => `${file} is not the home of ${name}`),
    ...(replayed ? imports.filter((name) => name.startsWith('node:')) : []).map(
      (name) => `${name} in replayed code`,
    ),
    ...(replayed ? (impure.exec(code) ?? []) : []).map((call) => `${call} in replayed code`),
    ...(/^\s*(?:await )?using \w+ =/m.test(code) ? ['Node 22 does not know "using"'] : []),
    ...nameComplaints(basename(file)),
  ]
}

/** The room a file stands in; files directly in engine/ are the base, save the two that put everything together. */
function roomOf(file: string): string {
  const [top, room = '', ...rest] = file.split('/')
  if (top === 'activities') return 'activities'
  if (rest.length > 0) return room
  return room === 'engine.ts' ? 'composition' : room === 'index.ts' ? 'public' : 'base'
}

function nameComplaints(name: string): string[] {
  if (/^(?:utils?|helpers?|types|common|manager|base|impl)\.ts$/.test(name))
    return [`${name} is named for no idea`]
  return /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.ts$/.test(name) ? [] : [`${name} is not in kebab-case`]
}
