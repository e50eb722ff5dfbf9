/** MurmurHash3's 32-bit finaliser: every bit of the input reaches every bit of the output. */
export function mix(x: number): number {
  let h = x | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** FNV-1a over UTF-16 units, mixed: fast, and even enough for sets of names. Not for anything secret. */
export function hash32(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** A set of strings kept as 64-bit hashes: 16 to 32 bytes each. A million ids collide with a chance of 3e-8. */
export function openHashSet(): { add(text: string): boolean; readonly size: number } {
  let capacity = 1 << 12
  let high = new Uint32Array(capacity)
  let low = new Uint32Array(capacity)
  let size = 0
  const put = (a: number, b: number): boolean => {
    for (let slot = a & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      if (high[slot] === 0 && low[slot] === 0) {
        high[slot] = a
        low[slot] = b
        return true
      }
      if (high[slot] === a && low[slot] === b) return false
    }
  }
  const grow = () => {
    const [oldHigh, oldLow] = [high, low]
    capacity *= 2
    high = new Uint32Array(capacity)
    low = new Uint32Array(capacity)
    for (let i = 0; i < oldHigh.length; i++) {
      if (oldHigh[i] !== 0 || oldLow[i] !== 0) put(oldHigh[i] as number, oldLow[i] as number)
    }
  }
  return {
    /** False where it was there before. */
    add(text) {
      if (size * 2 >= capacity) grow()
      // 0/0 marks an empty slot.
      const added = put(hash32(text), hash32(text, 0x9e3779b9) || 1)
      if (added) size++
      return added
    },
    get size() {
      return size
    },
  }
}
