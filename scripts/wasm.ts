import { readFileSync, writeFileSync } from 'node:fs'
import openWabt from 'wabt'

const SOURCE = 'src/retrieval/inner-product.wat'
const COMPILED = 'src/retrieval/inner-product.wasm.ts'

/** What inner-product.wasm.ts is to hold: the module, compiled and in base64, so that no build step has to carry it. */
export async function compiledModule(): Promise<string> {
  const wabt = await openWabt()
  const { buffer } = wabt.parseWat(SOURCE, readFileSync(SOURCE, 'utf8'), { simd: true }).toBinary({})
  const lines = Buffer.from(buffer)
    .toString('base64')
    .match(/.{1,100}/g)
  return [
    `// Made from inner-product.wat by \`npm run wasm\`.`,
    'export const INNER_PRODUCT_WASM =',
    `${lines?.map((line) => `  '${line}'`).join(' +\n')}\n`,
  ].join('\n')
}

if (process.argv[1]?.endsWith('wasm.ts')) writeFileSync(COMPILED, await compiledModule())
