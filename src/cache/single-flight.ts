/**
 * Runs concurrent computations of one key once: whoever asks while it runs gets the same promise, value and error
 * alike. Nothing is kept after it ends, so an error is not remembered. The value is shared: do not change it.
 */
export function singleFlight<T>(): (key: string, compute: () => Promise<T>) => Promise<T> {
  const flights = new Map<string, Promise<T>>()
  return (key, compute) => {
    const running = flights.get(key)
    if (running) return running
    // In an async function, so that a compute() that throws at once is a rejection too.
    const flight = (async () => compute())().finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
