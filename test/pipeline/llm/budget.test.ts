import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import type { LlmRequest } from '../../../src/llm/llm.ts'
import { openBudget } from '../../../src/pipeline/llm/budget.ts'

const request: LlmRequest = {
  customId: 'a',
  messages: [{ role: 'user', content: 'x'.repeat(200) }],
  schema: { name: 's', schema: Type.Object({}) },
  maxTokens: 100,
  temperature: 0,
}
const NOTHING = { promptTokens: 0, completionTokens: 0 }
const FREE = { pricePrompt: 0, priceCompletion: 0 }

describe('openBudget', () => {
  it('counts calls in flight at their worst, and settles them at what they used', () => {
    const budget = openBudget({ maxTokens: 500, ...FREE }, NOTHING)
    expect(budget.reserve(request)).toBe(true)
    expect(budget.reserve(request)).toBe(true)
    expect(budget.reserve(request)).toBe(false)
    budget.settle(request, { promptTokens: 20, completionTokens: 10 })
    expect(budget.reserve(request)).toBe(true)
    expect(budget.spent().tokens).toBe(30)
  })

  it('counts what earlier runs spent', () => {
    const budget = openBudget({ maxTokens: 500, ...FREE }, { promptTokens: 300, completionTokens: 100 })
    expect(budget.reserve(request)).toBe(false)
  })

  it('keeps the worst of a call whose answer never came: it may have been billed', () => {
    const budget = openBudget({ maxTokens: 300, ...FREE }, NOTHING)
    budget.reserve(request)
    budget.settle(request, null)
    expect(budget.spent().tokens).toBeGreaterThanOrEqual(200)
    expect(budget.reserve(request)).toBe(false)
  })

  it('holds a budget in money by the prices of a million tokens', () => {
    const budget = openBudget({ maxCost: 0.001, pricePrompt: 2, priceCompletion: 8 }, NOTHING)
    expect(budget.reserve(request)).toBe(false)
    const wider = openBudget({ maxCost: 0.002, pricePrompt: 2, priceCompletion: 8 }, NOTHING)
    expect(wider.reserve(request)).toBe(true)
    wider.settle(request, { promptTokens: 100, completionTokens: 50 })
    expect(wider.spent().cost).toBeCloseTo(0.0006, 10)
  })
})
