/**
 * Keeps a thread from being terminated inside ONNX Runtime: its binding throws a C++ exception when it comes back
 * from a run to a thread that is ending, and that aborts the whole process. One shared integer says where the thread
 * is; a thread that is condemned while inside ends by itself when it comes out.
 */
export type Gate = Int32Array

const OUTSIDE = 0
const INSIDE = 1
const CONDEMNED = 2

/** For a new thread, which begins by loading the model: inside. */
export function createGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(4)).fill(INSIDE)
}

/** From without. @returns whether the thread may be terminated; otherwise it ends by itself */
export function condemn(gate: Gate): boolean {
  return Atomics.exchange(gate, 0, CONDEMNED) === OUTSIDE
}

/** From without, when the process ends: blocks until the thread is outside. @returns false if it is not by then */
export function awaitOutside(gate: Gate, limitMs: number): boolean {
  return condemn(gate) || Atomics.wait(gate, 0, CONDEMNED, limitMs) !== 'timed-out'
}

/** From within the thread, before native code. */
export function enter(gate: Gate): void {
  if (Atomics.compareExchange(gate, 0, OUTSIDE, INSIDE) === CONDEMNED) endThread(gate)
}

/** From within the thread, after native code. */
export function leave(gate: Gate): void {
  if (Atomics.compareExchange(gate, 0, INSIDE, OUTSIDE) === CONDEMNED) endThread(gate)
}

function endThread(gate: Gate): never {
  Atomics.store(gate, 0, OUTSIDE)
  Atomics.notify(gate, 0)
  return process.exit()
}
