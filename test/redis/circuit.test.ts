import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Circuit, openCircuit } from '../../src/redis/circuit.ts'

describe('openCircuit', () => {
  let well: boolean
  let probes: number
  let changes: string[]
  let circuit: Circuit

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    well = true
    probes = 0
    changes = []
    circuit = openCircuit({
      threshold: 3,
      probeMs: 100,
      probe: async () => {
        probes++
        if (!well) throw new Error('still ill')
      },
      onChange: (closed, reason) => changes.push(closed ? 'closed' : `open: ${reason}`),
    })
  })

  afterEach(() => {
    circuit.end()
    vi.useRealTimers()
  })

  const tick = async () => {
    vi.advanceTimersByTime(100)
    await turn()
  }

  it('starts open and closes after a probe that goes well', async () => {
    expect(circuit.closed()).toBe(false)
    circuit.probe()
    await turn()
    expect(circuit.closed()).toBe(true)
    expect(circuit.reason()).toBeUndefined()
    expect(changes).toEqual(['closed'])
  })

  it('opens after so many failures in a row, and not for fewer', async () => {
    await tick()
    for (const outcome of ['f', 'f', 's', 'f', 'f']) {
      if (outcome === 'f') circuit.failed('late')
      else circuit.succeeded()
    }
    expect(circuit.closed()).toBe(true)
    circuit.failed('late')
    expect(circuit.closed()).toBe(false)
    expect(circuit.reason()).toBe('late')
    expect(changes).toEqual(['closed', 'open: late'])
  })

  it('probes in the background while open, and only then', async () => {
    await tick()
    await tick()
    await tick()
    expect(probes).toBe(1)
    well = false
    circuit.open('gone')
    await tick()
    await tick()
    expect(probes).toBe(3)
    expect(circuit.closed()).toBe(false)
    expect(circuit.reason()).toBe('still ill')
    well = true
    await tick()
    expect(circuit.closed()).toBe(true)
    expect(changes).toEqual(['closed', 'open: gone', 'closed'])
  })

  it('does not believe a probe that began before it opened again', async () => {
    let finish: () => void = () => {}
    const slow = openCircuit({
      threshold: 1,
      probeMs: 100,
      probe: () =>
        new Promise<void>((resolve) => {
          finish = resolve
        }),
    })
    slow.probe()
    slow.open('lost meanwhile')
    finish()
    await turn()
    expect(slow.closed()).toBe(false)
    slow.end()
  })

  it('stays quiet after its end', async () => {
    circuit.end()
    circuit.probe()
    await tick()
    expect(probes).toBe(0)
    expect(circuit.closed()).toBe(false)
  })
})
