import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, SegueError } from '../domain/errors.ts'
import { type Encoder, openEncoder } from './encoder.ts'
import { enter, leave } from './gate.ts'
import { type Model, openModel } from './model.ts'
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts'

// The entry of an embedding thread. One batch at a time: the pool sends the next when this one is answered. Whatever
// goes wrong in a run is left to end the thread, since a session that failed once is not to be trusted again.
if (!parentPort) throw new Error('This file is started by pool.ts as a worker thread')
const port = parentPort

const send = (message: FromWorker): void => port.postMessage(message)

async function checkUnchanged({ folder, fingerprint }: Model): Promise<void> {
  const found = await openModel(folder)
  if (found.fingerprint !== fingerprint) {
    throw new SegueError(
      'incompatible_artefacts',
      `The model in ${folder} was exchanged while the service ran`,
      {
        field: folder,
        expected: 'start the service again to use the new model',
      },
    )
  }
}

const start = workerData as WorkerStart
let encoder: Encoder
try {
  if (start.again) await checkUnchanged(start.model)
  encoder = await openEncoder(start)
} catch (error) {
  const { code, field, expected } = error instanceof SegueError ? error : new SegueError('internal', '')
  send({ kind: 'refused', error: { code, message: messageOf(error), field, expected } })
  throw error
}

port.on('message', async (message: ToWorker) => {
  if (message.kind === 'close') {
    await encoder.release()
    port.close()
    return
  }
  const results = await encoder.encode(message.texts, async (run) => {
    enter(start.gate)
    const vectors = await run()
    leave(start.gate)
    return vectors
  })
  // Copied, not transferred: for 1.5 KB a vector that is the cheaper way.
  send({ kind: 'encoded', results })
})

leave(start.gate)
const { provider, precision, failures } = encoder
send({ kind: 'ready', provider, precision, failures })
