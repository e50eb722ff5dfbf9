import type { Embedder, Embedding, Role } from '../../src/embedding/embedder.ts'

/** The same embedder, each text embedded once: several bundles of one test share most of their texts. */
export function memoEmbedder(embedder: Embedder): Embedder {
  const known = new Map<string, Promise<Embedding>>()
  return {
    ...embedder,
    embed(text, role) {
      const key = `${role}\n${text}`
      const found = known.get(key) ?? embedder.embed(text, role)
      known.set(key, found)
      return found
    },
  }
}

/** The same embedder, but other texts are embedded than those given: how a broken build is planted. */
export function changedTexts(embedder: Embedder, change: (text: string, role: Role) => string): Embedder {
  return { ...embedder, embed: (text, role) => embedder.embed(change(text, role), role) }
}
