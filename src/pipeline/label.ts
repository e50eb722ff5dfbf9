import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { fileList, inputFiles } from './corpus.ts'
import { labelPairs } from './label/label-pairs.ts'
import { describeLabels } from './label/report.ts'
import { llmArgs, llmOptions, number } from './llm/args.ts'
import { describeStep, refuseIncomplete } from './llm/step.ts'

export const label = defineCommand({
  meta: { name: 'label', description: 'Let a language model grade candidate pairs from 0 to 3' },
  args: {
    candidates: { type: 'positional', description: 'candidates.jsonl', required: true },
    corpus: {
      type: 'string',
      description: 'Corpus files; several with commas',
      required: true,
      valueHint: 'FILE',
    },
    out: { type: 'string', description: 'Folder of the labels', required: true, valueHint: 'DIR' },
    margin: {
      type: 'string',
      description: "Hard negatives lie below this share of the positive's score",
      default: '0.95',
    },
    ...llmArgs,
  },
  async run({ args }) {
    const corpus = inputFiles(fileList(args.corpus), '--corpus')
    const [candidates = ''] = inputFiles([args.candidates], 'candidates')
    const margin = number(args, 'margin', 0) ?? 0.95
    const { step, report } = await labelPairs(corpus, candidates, args.out, { ...llmOptions(args), margin })
    await writeFile(join(args.out, 'label.json'), `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(`${describeStep(step, 'pairs')}\n${describeLabels(report)}\n`)
    refuseIncomplete(step)
  },
})
