import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, SegueError } from '../domain/errors.ts'
import { graphsFor, type Model, type Precision } from './model.ts'
import { type OnnxSession, openSession } from './onnx-session.ts'
import { PROVIDERS, type ProviderFailure } from './providers.ts'

export interface LiveSession {
  readonly session: OnnxSession
  readonly provider: string
  readonly precision: Precision
  readonly failures: readonly ProviderFailure[]
}

interface LiveSessionOptions {
  readonly model: Model
  readonly providers: readonly string[]
  readonly strict: boolean
  readonly precision?: Precision
}

/**
 * Opens the model on the first provider that really runs it. Each is tried by itself, since a list given to ONNX
 * Runtime is thinned out in silence, and a session on a GPU may still leave its work to the CPU.
 *
 * @throws SegueError `provider_unavailable` when none is live, or when `strict` and the first is not
 */
export async function openLiveSession(options: LiveSessionOptions): Promise<LiveSession> {
  const { model, providers, strict } = options
  const failures: ProviderFailure[] = []
  for (const provider of strict ? providers.slice(0, 1) : providers) {
    const reasons: string[] = []
    try {
      for (const { precision, file } of graphsFor(model, provider, options.precision)) {
        const { input, output, dimensions } = model
        try {
          const session = await openProbed({ file, provider, input, output, dimensions })
          return { session, provider, precision, failures }
        } catch (error) {
          reasons.push(`${plainReason(messageOf(error))} (${precision})`)
        }
      }
    } catch (error) {
      reasons.push(messageOf(error))
    }
    failures.push({ provider, reason: reasons.join('; ') })
  }
  throw new SegueError(
    'provider_unavailable',
    failures
      .map(({ provider, reason }) => `The execution provider "${provider}" is not live: ${reason}`)
      .join('. '),
    {
      field: 'EXECUTION_PROVIDERS',
      expected: failures.map(({ provider }) => `${provider}: ${PROVIDERS[provider]?.remedy}`).join('; '),
    },
  )
}

/** What ONNX Runtime says went wrong, without the C++ signatures that it says it in. */
export function plainReason(message: string): string {
  const told = /CUDA failure \d+: [^;]*/.exec(message)?.[0] ?? / was false\. (.+)/s.exec(message)?.[1]
  return (told ?? message).trim()
}

type Probe = Parameters<typeof openSession>[0]

/** [CLS] and [SEP] of BERT: any ids would do. */
const PROBE = [101, 102]

async function openProbed(probe: Probe): Promise<OnnxSession> {
  if (probe.provider === 'cpu') {
    const session = await openSession(probe)
    checkVector(await session.run([PROBE]))
    return session
  }
  const folder = await mkdtemp(join(tmpdir(), 'segue-probe-'))
  try {
    const session = await openSession({ ...probe, profilePrefix: join(folder, 'profile') })
    const vectors = await session.run([PROBE])
    session.endProfiling()
    const [profile] = await readdir(folder)
    try {
      checkVector(vectors)
      checkPlacement(await readFile(join(folder, profile ?? ''), 'utf8'), probe.provider)
    } catch (error) {
      await session.release()
      throw error
    }
    return session
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Half precision may overflow on a device that computes it in its own way. */
function checkVector([vector]: readonly Float32Array[]): void {
  const length = Math.hypot(...(vector ?? []))
  if (!(Math.abs(length - 1) < 0.01)) throw new Error(`its vectors have length ${length}, not 1`)
}

/** What the work is: everything else in the graph is bookkeeping that ONNX Runtime may well leave on the CPU. */
const MATRIX_PRODUCT = /MatMul|Gemm|Attention/

/**
 * Reads an ONNX Runtime profile, which says what ran where.
 *
 * @throws Error when the provider ran nothing, or the CPU ran a matrix product in its place
 */
export function checkPlacement(profile: string, provider: string): void {
  const ran = (JSON.parse(profile) as readonly ProfileEvent[]).filter(
    ({ cat, args }) => cat === 'Node' && args?.provider,
  )
  const name = PROVIDERS[provider]?.runtimeName
  const onCpu = ran.filter(
    ({ args }) => args?.provider === 'CPUExecutionProvider' && MATRIX_PRODUCT.test(args.op_name ?? ''),
  )
  if (!ran.some(({ args }) => args?.provider === name))
    throw new Error('ONNX Runtime left the whole model on the CPU')
  if (onCpu.length > 0) throw new Error(`ONNX Runtime left ${onCpu.length} matrix products on the CPU`)
}

interface ProfileEvent {
  readonly cat?: string
  readonly args?: { readonly provider?: string; readonly op_name?: string }
}
