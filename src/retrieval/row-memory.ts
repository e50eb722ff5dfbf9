import { INNER_PRODUCT_WASM } from './inner-product.wasm.ts'

/** Rows of 32-bit floats, kept where vector instructions reach them. */
export interface RowMemory {
  /** A view of a row, to be read and written. */
  row(index: number): Float32Array
  /** Of two rows; several times as fast as a loop in JavaScript. */
  innerProduct(a: number, b: number): number
}

/** Floats in one step of the loop in inner-product.wat. Rows are padded to it with zeros, which add nothing. */
const STEP = 16
const PAGE_BYTES = 65_536
/** WebAssembly addresses 4 GiB. */
const MAX_PAGES = 65_536

/** Node's types leave out what it has of WebAssembly. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (pages: {
    readonly initial: number
    readonly maximum: number
  }) => { readonly buffer: ArrayBuffer }
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}

const compiled = new WebAssembly.Module(Buffer.from(INNER_PRODUCT_WASM, 'base64'))

/** @throws Error when so many rows take more than 4 GiB */
export function openRowMemory(rows: number, dimensions: number): RowMemory {
  const rowBytes = Math.ceil(dimensions / STEP) * STEP * Float32Array.BYTES_PER_ELEMENT
  const pages = Math.ceil((rows * rowBytes) / PAGE_BYTES)
  if (pages > MAX_PAGES) {
    const most = Math.floor((MAX_PAGES * PAGE_BYTES) / rowBytes)
    throw new Error(`its ${rows} vectors do not fit in 4 GiB, where ${most} of ${dimensions} dimensions do`)
  }
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAX_PAGES })
  const { exports } = new WebAssembly.Instance(compiled, { vectors: { memory } })
  const innerProduct = exports.innerProduct as (a: number, b: number, bytes: number) => number
  return {
    row: (index) => new Float32Array(memory.buffer, index * rowBytes, dimensions),
    innerProduct: (a, b) => innerProduct(a * rowBytes, b * rowBytes, rowBytes),
  }
}
