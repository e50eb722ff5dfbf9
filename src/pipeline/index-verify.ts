import { defineCommand } from 'citty'
import { openModel } from '../embedding/model.ts'
import type { IndexManifest } from '../index-bundle/manifest.ts'
import { openBundle } from '../index-bundle/open.ts'

export const indexVerify = defineCommand({
  meta: { name: 'verify', description: 'Check that an index bundle is whole, loads and answers' },
  args: {
    dir: { type: 'positional', description: 'Bundle to check', required: true, valueHint: 'DIR' },
    model: { type: 'string', description: 'Also check that it was made with this model', valueHint: 'DIR' },
    json: { type: 'boolean', description: 'Print the manifest as JSON', default: false },
  },
  async run({ args }) {
    const model = args.model ? await openModel(args.model) : null
    const bundle = await openBundle(args.dir, model)
    bundle.close()
    const { manifest } = bundle
    process.stdout.write(args.json ? `${JSON.stringify(manifest, null, 2)}\n` : summary(args.dir, manifest))
  },
})

function summary(folder: string, manifest: IndexManifest): string {
  const { counts, curated, skipped, model, documentVersion, hnsw, recallAt10, files, fingerprint } = manifest
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  return [
    `${folder} is whole: ${files.length} files, ${megabytes.toFixed(1)} MB, fingerprint ${fingerprint.slice(0, 12)}`,
    `playlists   ${counts.editorial} editorial, ${counts.community} community; ${curated} curated, ${skipped} rows skipped`,
    `model       ${model.name} (${model.dimensions} dimensions, ${model.precision}, ${model.fingerprint.slice(0, 12)})`,
    `text        ${documentVersion}`,
    `graphs      M ${hnsw.M}, efConstruction ${hnsw.efConstruction}, ef ${hnsw.ef}`,
    `recall@10   editorial ${recallAt10.editorial ?? '-'}, community ${recallAt10.community ?? '-'} ` +
      `(${recallAt10.queries} queries: ${recallAt10.from})`,
    '',
  ].join('\n')
}
