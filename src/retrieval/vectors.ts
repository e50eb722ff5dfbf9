import { closeSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'
import { openRowMemory } from './row-memory.ts'

/** The vectors of one kind, one after the other, in the order of their labels. */
export interface VectorTable {
  /** A view; not to be written to. */
  at(label: number): Float32Array
  /** The inner product of a query with the vector of a label. Good until the next query: there is room for one. */
  against(query: Float32Array): (label: number) => number
}

/** hnswlib's header: sizes and offsets as 64-bit numbers, then what we do not need. */
const HEADER_BYTES = 96
const FIELD = { count: 16, elementBytes: 24, labelOffset: 32, dataOffset: 40 } as const
const ELEMENTS_PER_READ = 1024

/**
 * Reads the vectors out of a verified hnswlib file, so that a bundle carries them once. In memory they are there
 * twice: that costs 1.5 KB a playlist at 384 dimensions, and makes an exact score far cheaper than through the
 * binding, which makes a JavaScript number of every component.
 *
 * @throws Error when the file is not of the layout expected
 */
export function readVectors(path: string, first: number, count: number, dimensions: number): VectorTable {
  // One row more: there the query lies.
  const memory = openRowMemory(count + 1, dimensions)
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
        const { buffer, byteOffset, byteLength } = memory.row(row)
        new Uint8Array(buffer, byteOffset, byteLength).set(bytes.subarray(start, start + byteLength))
      }
    }
  } finally {
    closeSync(file)
  }
  return {
    at: (label) => memory.row(label - first),
    against(query) {
      memory.row(count).set(query)
      return (label) => memory.innerProduct(label - first, count)
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
