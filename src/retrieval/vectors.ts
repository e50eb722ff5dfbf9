import { closeSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'

/** The vectors of one kind, one after the other, in the order of their labels. */
export interface VectorTable {
  /** A view; not to be written to. */
  at(label: number): Float32Array
  /** The inner product with the vector of a label. */
  score(label: number, query: Float32Array): number
}

/** hnswlib's header: sizes and offsets as 64-bit numbers, then what we do not need. */
const HEADER_BYTES = 96
const FIELD = { count: 16, elementBytes: 24, labelOffset: 32, dataOffset: 40 } as const
const ELEMENTS_PER_READ = 1024

/**
 * Reads the vectors out of a verified hnswlib file, so that a bundle carries them once. In memory they are there
 * twice: that costs 1.5 KB a playlist at 384 dimensions, and makes an exact score about fifty times cheaper than
 * through the binding, which makes a JavaScript number of every component.
 *
 * @throws Error when the file is not of the layout expected
 */
export function readVectors(path: string, first: number, count: number, dimensions: number): VectorTable {
  const table = new Float32Array(count * dimensions)
  const file = openSync(path, 'r')
  try {
    const header = readExactly(file, 0, HEADER_BYTES)
    const field = (offset: number) => Number(header.readBigUInt64LE(offset))
    const elementBytes = field(FIELD.elementBytes)
    const dataOffset = field(FIELD.dataOffset)
    const labelOffset = field(FIELD.labelOffset)
    const fits = labelOffset === dataOffset + dimensions * 4 && elementBytes === labelOffset + 8
    if (field(FIELD.count) !== count || !fits || endianness() !== 'LE') {
      throw new Error('its layout is not that of hnswlib on this machine')
    }
    for (let at = 0; at < count; at += ELEMENTS_PER_READ) {
      const elements = Math.min(ELEMENTS_PER_READ, count - at)
      const bytes = readExactly(file, HEADER_BYTES + at * elementBytes, elements * elementBytes)
      for (let i = 0; i < elements; i++) {
        const row = Number(bytes.readBigUInt64LE(i * elementBytes + labelOffset)) - first
        if (row < 0 || row >= count) throw new Error('its labels are not the rows of the catalogue')
        const start = i * elementBytes + dataOffset
        new Uint8Array(table.buffer, row * dimensions * 4, dimensions * 4).set(
          bytes.subarray(start, start + dimensions * 4),
        )
      }
    }
  } finally {
    closeSync(file)
  }
  return openTable(table, first, dimensions)
}

function openTable(table: Float32Array, first: number, dimensions: number): VectorTable {
  return {
    at: (label) => table.subarray((label - first) * dimensions, (label - first + 1) * dimensions),
    score(label, query) {
      const start = (label - first) * dimensions
      // Four sums let the processor overlap the additions.
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      let i = 0
      for (; i + 3 < dimensions; i += 4) {
        a += (table[start + i] as number) * (query[i] as number)
        b += (table[start + i + 1] as number) * (query[i + 1] as number)
        c += (table[start + i + 2] as number) * (query[i + 2] as number)
        d += (table[start + i + 3] as number) * (query[i + 3] as number)
      }
      for (; i < dimensions; i++) a += (table[start + i] as number) * (query[i] as number)
      return a + b + c + d
    },
  }
}

function readExactly(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const got = readSync(file, bytes, read, length - read, position + read)
    if (got === 0) throw new Error('it ends too early')
    read += got
  }
  return bytes
}
