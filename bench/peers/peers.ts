import type { Contestant } from '../contestant.ts'

/** What is told of a peer, and how it is opened, in a process of its own. */
export interface PeerEntry {
  readonly title: string
  /** Its package, which tells the version. */
  readonly package: string
  /** How durable it is, and what was set. */
  readonly settings: string
  /** The largest sizes it can be asked for, where it has limits of its own. */
  readonly most?: Readonly<Record<string, number>>
  /** Whether it runs on our hub, so that it is no engine of somebody else. */
  readonly onOurHub?: true
  open(folder: string): Promise<Contestant>
}

export const peers: Readonly<Record<string, PeerEntry>> = {
  restate: {
    title: 'Restate',
    package: '@restatedev/restate-server',
    settings:
      'its server as a process of its own, one node, as shipped: the log is fsynced before a step is acknowledged; a plain durable handler with ctx.run, called over HTTP with connections kept alive',
    open: async (folder) => (await import('./restate.ts')).openRestate(folder),
  },
  openworkflow: {
    title: 'OpenWorkflow',
    package: 'openworkflow',
    settings:
      'SQLite in WAL mode with synchronous=FULL (its default); it polls every 0.1 to 1 s as shipped, and is driven here the moment there is work',
    most: { W2: 1_000 }, // it refuses a run of more than 1,000 steps
    open: async (folder) => (await import('./openworkflow.ts')).openOpenWorkflow(folder),
  },
  dbos: {
    title: 'DBOS',
    package: '@dbos-inc/dbos-sdk',
    settings: 'a Postgres of its own on this machine, fsync=on and synchronous_commit=on (the defaults)',
    open: async (folder) => (await import('./dbos.ts')).openDbos(folder),
  },
  orchestrators: {
    title: 'durabletask-js by hand',
    package: '@microsoft/durabletask-js',
    settings:
      'orchestrators written by hand in TypeScript, the worker of the SDK as shipped (it replays the whole history in every turn), on our embedded hub with synchronous=FULL',
    most: { W2: 0 }, // its loop is its sequence, and costs the square of the passes
    onOurHub: true,
    open: async (folder) => (await import('./orchestrators.ts')).openOrchestrators(folder),
  },
}
