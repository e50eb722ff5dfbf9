/** How often a word stands in each field of a row. */
export interface Frequencies {
  readonly title: number
  readonly body: number
  readonly tracks: number
}

/** Counts are kept up to these; BM25 has long saturated there. */
const MOST = { title: 3, body: 7, tracks: 511 } as const

const START_BYTES = 8

/**
 * The rows in which a word stands, ascending, with its counts: for each row the distance from the one before and
 * the three counts in one number (2 bits title, 3 bits body, the rest tracks), both as variable-length bytes of
 * 7 bits. Most rows take two bytes.
 */
export interface PostingsWriter {
  /** Rows must ascend. */
  add(row: number, counts: Frequencies): void
  readonly rows: number
  bytes(): Uint8Array
}

export function createPostings(): PostingsWriter {
  let buffer = new Uint8Array(START_BYTES)
  let length = 0
  let last = 0
  let rows = 0
  const put = (value: number) => {
    let rest = value
    while (rest >= 0x80) {
      buffer[length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    buffer[length++] = rest
  }
  return {
    add(row, { title, body, tracks }) {
      if (length + START_BYTES > buffer.length) {
        const grown = new Uint8Array(buffer.length * 2)
        grown.set(buffer)
        buffer = grown
      }
      put(row - last)
      put(
        Math.min(title, MOST.title) | (Math.min(body, MOST.body) << 2) | (Math.min(tracks, MOST.tracks) << 5),
      )
      last = row
      rows++
    },
    get rows() {
      return rows
    },
    bytes: () => buffer.subarray(0, length),
  }
}

/** Calls `visit` for each row of a list, in order. */
export function readPostings(
  bytes: Uint8Array,
  visit: (row: number, title: number, body: number, tracks: number) => void,
): void {
  let at = 0
  let row = 0
  while (at < bytes.length) {
    let byte = bytes[at++] as number
    let delta = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] as number
      delta |= (byte & 0x7f) << shift
    }
    byte = bytes[at++] as number
    let counts = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] as number
      counts |= (byte & 0x7f) << shift
    }
    row += delta
    visit(row, counts & 3, (counts >> 2) & 7, counts >> 5)
  }
}
