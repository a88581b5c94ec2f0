import type { Caller, TaskCore } from '../task-core.ts'
import { isFinal, type Task } from '../task.ts'
import type { Conversation, Outlet } from './conversation.ts'
import { legacyTask, relatedTask } from './words.ts'

/** A notification on its way to a client. */
export type Notify = (method: string, params: { readonly [key: string]: unknown }) => Promise<void>

/** A stream to a client: it takes notifications, and questions where the client can show them. */
export interface Stream extends Outlet {
  readonly notify: Notify
}

/** The most tasks that one session is told about; beyond, the one it asked for longest ago is dropped. */
const mostFollowed = 1000

/** Tells the client of one session how its tasks get on, over whichever stream is open. */
export class Follower {
  readonly #core: TaskCore
  readonly #conversation: Conversation
  readonly #canBeAsked: () => boolean
  readonly #followed = new Map<string, Followed>()
  /** The open answers to `tasks/result`, and to calls that wait, by task: the newest last. */
  readonly #results = new Map<string, Stream[]>()
  #push: Stream | undefined

  constructor(core: TaskCore, conversation: Conversation, canBeAsked: () => boolean) {
    this.#core = core
    this.#conversation = conversation
    this.#canBeAsked = canBeAsked
  }

  /** Tells of `task` from now on. The client has just been told how it stands. */
  follow(task: Task, caller: Caller, progressToken?: string | number): void {
    const known = this.#followed.get(task.id)
    if (known !== undefined) {
      if (progressToken !== undefined) known.progressToken = progressToken
      return
    }
    if (isFinal(task.status)) return
    const followed: Followed = { caller, told: keyOf(task), progress: 0, progressToken, task, stop: () => {} }
    this.#followed.set(task.id, followed)
    // Questions go out as they come up; news are told calmly.
    const ask = this.#core.subscribe(task.id, (now) => now && this.#ask(followed, now), 'eager')
    const tell = this.#core.subscribe(task.id, (now) => (now ? this.#tell(followed) : this.#drop(task.id)))
    followed.stop = () => {
      ask()
      tell()
    }
    const [oldest] = this.#followed.keys()
    if (this.#followed.size > mostFollowed && oldest !== undefined) this.#drop(oldest)
  }

  /** The stream for what belongs to no request: the GET stream, or stdio. Tells what was missed. */
  openPush(stream: Stream): void {
    this.#push = stream
    for (const followed of this.#followed.values()) this.#catchUp(followed)
  }

  closePush(stream: Stream): void {
    if (this.#push === stream) this.#push = undefined
    this.#lose(stream)
  }

  openResult(taskId: string, stream: Stream): void {
    this.#results.set(taskId, [...(this.#results.get(taskId) ?? []), stream])
    const followed = this.#followed.get(taskId)
    if (followed !== undefined) this.#catchUp(followed)
  }

  closeResult(taskId: string, stream: Stream): void {
    const rest = (this.#results.get(taskId) ?? []).filter((each) => each !== stream)
    if (rest.length > 0) this.#results.set(taskId, rest)
    else this.#results.delete(taskId)
    this.#lose(stream)
  }

  close(): void {
    for (const id of this.#followed.keys()) this.#drop(id)
    this.#results.clear()
    this.#push = undefined
  }

  #lose(stream: Stream): void {
    this.#conversation.lose(stream)
    for (const followed of this.#followed.values()) this.#ask(followed, followed.task)
  }

  #catchUp(followed: Followed): void {
    this.#ask(followed, followed.task)
    this.#tell(followed)
  }

  #ask(followed: Followed, now: Task): void {
    followed.task = now
    this.#conversation.keepUp(now, followed.caller, this.#outlet(now.id))
  }

  #tell(followed: Followed): void {
    const { task } = followed
    const stream = this.#stream(task.id)
    const key = keyOf(task)
    if (stream !== undefined && key !== followed.told) {
      followed.told = key
      void stream.notify('notifications/tasks/status', legacyTask(task))
      this.#progress(followed, stream)
    }
    if (isFinal(task.status) && key === followed.told) this.#drop(task.id)
  }

  #progress(followed: Followed, stream: Stream): void {
    const { progressToken, task } = followed
    if (progressToken === undefined) return
    followed.progress += 1
    void stream.notify('notifications/progress', {
      progressToken,
      progress: followed.progress,
      message: task.message ?? task.status,
      _meta: { [relatedTask]: { taskId: task.id } },
    })
  }

  #stream(taskId: string): Stream | undefined {
    return this.#results.get(taskId)?.at(-1) ?? this.#push
  }

  #outlet(taskId: string): Stream | undefined {
    return this.#canBeAsked() ? this.#stream(taskId) : undefined
  }

  #drop(id: string): void {
    this.#followed.get(id)?.stop()
    this.#followed.delete(id)
  }
}

interface Followed {
  readonly caller: Caller
  /** What the client was told last. */
  told: string
  progress: number
  progressToken: string | number | undefined
  task: Task
  stop: () => void
}

function keyOf({ status, message }: Task): string {
  return `${status} ${message ?? ''}`
}
