import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, SegueError } from '../domain/errors.ts'
import { type Encoder, openEncoder } from './encoder.ts'
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts'

// The entry of an embedding thread. One batch at a time: the pool sends the next when this one is answered. Whatever
// goes wrong in a run is left to end the thread, since a session that failed once is not to be trusted again.
if (!parentPort) throw new Error('This file is started by pool.ts as a worker thread')
const port = parentPort

const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer)

let encoder: Encoder
try {
  encoder = await openEncoder(workerData as WorkerStart)
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
  const results = await encoder.encode(message.texts)
  send(
    { kind: 'encoded', results },
    results.map(({ vector }) => vector.buffer as ArrayBuffer),
  )
})

const { provider, precision, failures } = encoder
send({ kind: 'ready', provider, precision, failures })
