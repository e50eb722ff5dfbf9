import { join } from 'node:path'
import { defineCommand } from 'citty'
import type { Curation } from '../domain/curation.ts'
import type { Playlist } from '../domain/playlist.ts'
import { inputFiles, readPlaylists } from './corpus.ts'
import type { CheckedCuration } from './curate/check.ts'
import { curateTask } from './curate/task.ts'
import { openJsonlWriter } from './jsonl.ts'
import { type LlmOptions, llmArgs, llmOptions } from './llm/args.ts'
import { describeStep, refuseIncomplete, runLlmStep, type StepReport } from './llm/step.ts'
import type { Outcome } from './llm/task.ts'

/**
 * Curates every playlist of the corpus that has no accepted answer yet and writes `out/curation.jsonl`, in the order
 * of the corpus; see `runLlmStep` for the other files.
 */
export async function curatePlaylists(
  corpus: readonly string[],
  out: string,
  options: LlmOptions,
): Promise<StepReport> {
  const file = openJsonlWriter(join(out, 'curation.jsonl'))
  try {
    const report = await runLlmStep(
      curateTask,
      () => readPlaylists(corpus),
      out,
      options,
      async (outcome) => {
        if (outcome.state === 'accepted') await file.write(withProvenance(outcome))
      },
    )
    await file.commit()
    return report
  } catch (error) {
    await file.abandon()
    throw error
  }
}

function withProvenance(
  outcome: Outcome<Playlist, CheckedCuration> & { readonly state: 'accepted' },
): Curation {
  const { curation, notes } = outcome.value
  const last = outcome.answers.at(-1)
  const tries = outcome.reasons.map((reason) => `refused at first: ${reason}`)
  const { model = 'unknown', prompt = curateTask.prompt, at = '' } = last ?? {}
  return { ...curation, provenance: { model, prompt, at, notes: [...notes, ...tries] } }
}

export const curate = defineCommand({
  meta: { name: 'curate', description: 'Let a language model say what each playlist is' },
  args: {
    corpus: { type: 'positional', description: 'Corpus files (JSON Lines)', required: true },
    out: { type: 'string', description: 'Folder of the answers', required: true, valueHint: 'DIR' },
    ...llmArgs,
  },
  async run({ args }) {
    const report = await curatePlaylists(inputFiles(args._, 'corpus'), args.out, llmOptions(args))
    process.stdout.write(`${describeStep(report, 'playlists')}\n`)
    refuseIncomplete(report)
  },
})
