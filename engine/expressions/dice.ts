/** Dice that fall the same way for the same `seed`: each throw is 0 ≤ x < 1, with 53 random bits. */
export function diceFor(seed: string): () => number {
  let [a, b, c, d] = digest(seed)
  // sfc32, by Chris Doty-Humphrey: small, fast, and passes PractRand.
  const next = (): number => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let round = 0; round < 12; round++) next()
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53
}

/** 128 bits of a text: four FNV-1a hashes, each with its own offset and a last mix. */
function digest(text: string): [number, number, number, number] {
  const lane = (offset: number): number => {
    let hash = offset
    for (let index = 0; index < text.length; index++)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }
  return [lane(0x811c9dc5), lane(0x9e3779b9), lane(0x243f6a88), lane(0xb7e15162)]
}
