import type { LlmRequest, LlmUsage } from '../../llm/llm.ts'

export interface BudgetOptions {
  readonly maxTokens?: number | undefined
  readonly maxCost?: number | undefined
  /** Money for a million tokens, in the currency of `maxCost`. */
  readonly pricePrompt: number
  readonly priceCompletion: number
}

export interface Budget {
  /**
   * Sets the most that a call can use aside; false where that would go over the budget. Calls in flight are counted
   * in full until they are settled, so that the budget holds at any concurrency.
   */
  reserve(request: LlmRequest): boolean
  /** A call ended: what it used, or null for a call that brought no answer (its worst case stays spent). */
  settle(request: LlmRequest, used: LlmUsage | null): void
  spent(): { readonly tokens: number; readonly cost: number }
}

/** @param before what earlier runs spent, from the journal: a kill does not open the purse again */
export function openBudget(options: BudgetOptions, before: LlmUsage): Budget {
  const cost = (usage: LlmUsage) =>
    (usage.promptTokens * options.pricePrompt + usage.completionTokens * options.priceCompletion) / 1e6
  let tokens = before.promptTokens + before.completionTokens
  let money = cost(before)
  let heldTokens = 0
  let heldMoney = 0
  const hold = (usage: LlmUsage, sign: 1 | -1) => {
    heldTokens += sign * (usage.promptTokens + usage.completionTokens)
    heldMoney += sign * cost(usage)
  }
  return {
    reserve(request) {
      const worst = worstCase(request)
      const tokensThen = tokens + heldTokens + worst.promptTokens + worst.completionTokens
      const moneyThen = money + heldMoney + cost(worst)
      if (tokensThen > (options.maxTokens ?? Infinity) || moneyThen > (options.maxCost ?? Infinity))
        return false
      hold(worst, 1)
      return true
    },
    settle(request, used) {
      const worst = worstCase(request)
      hold(worst, -1)
      const counted = used ?? worst
      tokens += counted.promptTokens + counted.completionTokens
      money += cost(counted)
    },
    spent: () => ({ tokens, cost: money }),
  }
}

/** Rather too much than too little: byte-pair tokenizers read two bytes a token in their worst languages, four in English. */
function worstCase(request: LlmRequest): LlmUsage {
  const bytes = request.messages.reduce((sum, message) => sum + Buffer.byteLength(message.content) + 16, 0)
  const schema = Buffer.byteLength(JSON.stringify(request.schema.schema))
  return { promptTokens: Math.ceil((bytes + schema) / 2), completionTokens: request.maxTokens }
}
