import type { Curation, Provenance } from '../../domain/curation.ts'
import type { Verdict } from './verdict.ts'

/**
 * Curations as people want them: rejected ones are gone (their playlists are indexed by what they have), edited ones
 * replaced, and what had been set aside is back where a person accepted it. Each says so in its provenance.
 */
export function applyVerdicts(
  curations: Iterable<Curation>,
  verdicts: ReadonlyMap<string, Verdict>,
): Map<string, Curation> {
  const result = new Map<string, Curation>()
  for (const curation of curations) {
    const verdict = verdicts.get(curation.id)
    if (!verdict) result.set(curation.id, curation)
    else if (verdict.verdict === 'accept') result.set(curation.id, reviewed(curation, verdict))
  }
  for (const [id, verdict] of verdicts) {
    if (verdict.verdict === 'reject' || !verdict.curation || result.has(id)) continue
    result.set(id, reviewed({ ...verdict.curation, id }, verdict))
  }
  return result
}

function reviewed(curation: Curation, { verdict, by, at, note }: Verdict): Curation {
  const before = curation.provenance
  const said = `${verdict === 'edit' ? 'edited' : 'accepted'} by ${by ?? 'a person'}${note ? `: ${note}` : ''}`
  const provenance: Provenance = {
    model: verdict === 'edit' ? 'review' : (before?.model ?? 'review'),
    prompt: before?.prompt ?? '',
    at: at ?? before?.at ?? '',
    notes: [...(before?.notes ?? []), said],
  }
  return { ...curation, provenance }
}
