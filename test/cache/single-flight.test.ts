import { describe, expect, it } from 'vitest'
import { singleFlight } from '../../src/cache/single-flight.ts'

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

describe('singleFlight', () => {
  it('computes concurrent identical keys once and gives all of them the value', async () => {
    const once = singleFlight<{ hits: number }>()
    const work = deferred<{ hits: number }>()
    let runs = 0
    const compute = () => {
      runs++
      return work.promise
    }
    const waiting = Array.from({ length: 100 }, () => once('k', compute))
    work.resolve({ hits: 3 })
    const answers = await Promise.all(waiting)
    expect(runs).toBe(1)
    expect(answers).toHaveLength(100)
    expect(answers.every((answer) => answer.hits === 3)).toBe(true)
  })

  it('computes different keys side by side', async () => {
    const once = singleFlight<string>()
    expect(await Promise.all([once('a', async () => 'A'), once('b', async () => 'B')])).toEqual(['A', 'B'])
  })

  it('gives an error to all who wait and then forgets it', async () => {
    const once = singleFlight<number>()
    const work = deferred<number>()
    const waiting = [once('k', () => work.promise), once('k', () => work.promise)]
    work.reject(new Error('the model is down'))
    for (const end of await Promise.allSettled(waiting)) {
      expect(end).toMatchObject({ status: 'rejected', reason: { message: 'the model is down' } })
    }
    expect(await once('k', async () => 7)).toBe(7)
  })

  it('treats a compute that throws at once like one that rejects', async () => {
    const once = singleFlight<number>()
    const fail = (): Promise<number> => {
      throw new Error('at once')
    }
    await expect(once('k', fail)).rejects.toThrow('at once')
    expect(await once('k', async () => 1)).toBe(1)
  })

  it('computes again once the first has ended: it is no cache', async () => {
    const once = singleFlight<number>()
    let runs = 0
    const compute = async () => ++runs
    expect([await once('k', compute), await once('k', compute)]).toEqual([1, 2])
  })
})
