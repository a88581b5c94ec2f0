/** `record` without what is `undefined`: a row's NULL or a message's missing field is absent. */
export function present<T extends object>(record: T): Present<T> {
  const kept: Partial<T> = {}
  for (const key in record) if (record[key] !== undefined) kept[key] = record[key]
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was undefined is gone, which is what the type says
  return kept as unknown as Present<T>
}

/** `T` where what could be `undefined` can be absent instead. */
export type Present<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }
