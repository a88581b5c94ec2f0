// The little that the adapters use of packages that are not there until somebody asks for `--peers`.

declare module 'openworkflow' {
  import type { BackendSqlite } from 'openworkflow/sqlite'

  type Run = (context: {
    input: Input
    step: { run<T>(config: { name: string }, work: () => Promise<T>): Promise<T> }
  }) => Promise<number>
  interface Input {
    readonly key: number
    readonly steps: number
    readonly from: number
  }
  interface Handle {
    resultPollIntervalMs: number
    result(options: { timeoutMs: number }): Promise<number>
  }
  interface Worker {
    start(): Promise<void>
    tick(): Promise<number>
    stop(): Promise<void>
  }
  export class OpenWorkflow {
    constructor(options: { backend: BackendSqlite })
    defineWorkflow(config: { name: string }, run: Run): { run(input: Input): Promise<Handle> }
    newWorker(options: { concurrency: number }): Worker
  }
}

declare module 'openworkflow/sqlite' {
  export class BackendSqlite {
    static connect(path: string): BackendSqlite
    stop(): Promise<void>
  }
}

declare module '@dbos-inc/dbos-sdk' {
  export const DBOS: {
    setConfig(config: { name: string; systemDatabaseUrl: string; logLevel: string }): void
    registerWorkflow<A extends number[]>(
      work: (...input: A) => Promise<number>,
      config: { name: string },
    ): (...input: A) => Promise<number>
    startWorkflow<A extends number[]>(
      workflow: (...input: A) => Promise<number>,
    ): (...input: A) => Promise<{ getResult(): Promise<number> }>
    runStep<T>(work: () => Promise<T>, config: { name: string }): Promise<T>
    launch(): Promise<void>
    shutdown(): Promise<void>
  }
}

declare module '@restatedev/restate-sdk' {
  interface Context {
    run<T>(name: string, work: () => Promise<T>): Promise<T>
  }
  interface Input {
    readonly steps: number
    readonly from: number
  }
  interface Service {
    readonly name: string
    readonly handlers: Readonly<Record<string, (context: Context, input: Input) => Promise<number>>>
  }
  export function service(service: Service): Service
  export function serve(options: { services: Service[]; port: number; logger: () => void }): Promise<number>
  export const RestatePromise: { all<T>(all: readonly Promise<T>[]): Promise<T[]> }
}
