import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, SegueError } from '../domain/errors.ts'
import { entriesBelow, look, sha256Of, staysInside } from './folder.ts'
import {
  describeFormat,
  fingerprintOf,
  isManifest,
  MANIFEST,
  type Manifest,
  type ManifestFile,
} from './manifest.ts'

export type { Manifest } from './manifest.ts'

const MAX_MANIFEST_BYTES = 16 << 20

/**
 * Checks that a model or index folder is of the format wanted, whole and unchanged, so that no native loader ever
 * touches a file that is not what was sealed. Files are hashed as streams.
 *
 * @param format e.g. "segue-index/1"
 * @throws SegueError `invalid_artefact`: which file, what is wrong with it, what to do
 */
export async function verifyArtefact(folder: string, format: string): Promise<Manifest> {
  const refuse = refusal(folder, format)
  const manifest = await readManifest(folder, format)
  const listed = new Set<string>([MANIFEST])
  for (const { path } of manifest.files) {
    if (!staysInside(path)) refuse(path, 'its path in manifest.json leads out of the folder')
    if (listed.has(path)) refuse(path, 'manifest.json lists it twice')
    listed.add(path)
  }
  for (const path of await entriesBelow(folder)) {
    if (!listed.has(path)) refuse(path, 'it is not in manifest.json; take it away')
  }
  for (const file of manifest.files) await verifyFile(folder, file, refuse)
  return manifest
}

/**
 * Hashes every file of a folder and writes its manifest.json, fields in the order given, durable when this resolves.
 *
 * @throws SegueError `invalid_artefact` when the folder holds links or devices
 */
export async function sealArtefact(
  folder: string,
  fields: { readonly format: string } & Readonly<Record<string, unknown>>,
): Promise<Manifest> {
  const files: ManifestFile[] = []
  for (const path of await entriesBelow(folder)) {
    if (path === MANIFEST) continue
    const { what, bytes } = await look(folder, path)
    if (what !== 'file') refusal(folder, fields.format)(path, 'it is not a regular file')
    files.push({ path, bytes, sha256: await sha256Of(join(folder, path)) })
  }
  const content = { ...fields, files }
  const manifest = { ...content, fingerprint: fingerprintOf(content) }
  const handle = await open(join(folder, MANIFEST), 'w')
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return manifest
}

async function readManifest(folder: string, format: string): Promise<Manifest> {
  const { noun } = describeFormat(format)
  const refuse = refusal(folder, format)
  const wrongFolder = (what: string) =>
    new SegueError('invalid_artefact', `${folder} ${what}: give the path of ${noun}`, {
      field: folder,
      expected: `${noun} (${format})`,
    })
  const place = await stat(folder).catch(() => undefined)
  if (!place) throw wrongFolder('does not exist')
  if (!place.isDirectory()) throw wrongFolder('is not a folder')
  const { what, bytes } = await look(folder, MANIFEST)
  if (what === 'absent') throw wrongFolder('has no manifest.json')
  if (what === 'other') refuse(MANIFEST, 'it is not a regular file')
  if (bytes > MAX_MANIFEST_BYTES) refuse(MANIFEST, `it has ${bytes} bytes, far too many for a manifest`)
  let content: unknown
  try {
    content = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'))
  } catch (error) {
    return refuse(MANIFEST, `it is not JSON (${messageOf(error)})`)
  }
  if (!isManifest(content))
    return refuse(MANIFEST, 'it is not a manifest: format, files or fingerprint is missing')
  if (content.format !== format) {
    const found = describeFormat(content.format).noun
    throw wrongFolder(`is ${found} (${content.format}), not ${noun} (${format})`)
  }
  if (fingerprintOf(content) !== content.fingerprint) {
    refuse(MANIFEST, 'its fingerprint is not that of its content: it was changed after it was written')
  }
  return content
}

async function verifyFile(folder: string, file: ManifestFile, refuse: Refuse): Promise<void> {
  const { what, bytes } = await look(folder, file.path)
  if (what === 'absent' && file.optional) return
  if (what === 'absent') refuse(file.path, 'it is missing')
  if (what === 'other') refuse(file.path, 'it is not a regular file (links are not followed)')
  if (bytes !== file.bytes) refuse(file.path, `it has ${bytes} bytes, not ${file.bytes}`)
  if ((await sha256Of(join(folder, file.path))) !== file.sha256) {
    refuse(file.path, 'its SHA-256 is not that of the manifest: its content has changed')
  }
}

type Refuse = (path: string, wrong: string) => never

function refusal(folder: string, format: string): Refuse {
  const { remedy } = describeFormat(format)
  return (path, wrong) => {
    throw new SegueError('invalid_artefact', `${join(folder, path)}: ${wrong}. To mend it, ${remedy}`, {
      field: path,
      expected: remedy,
    })
  }
}
