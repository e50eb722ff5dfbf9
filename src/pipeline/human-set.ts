import { join } from 'node:path'
import { defineCommand } from 'citty'
import { inputFiles } from './corpus.ts'
import { conversationSet } from './evaluate/conversations.ts'
import { writeQuerySet } from './evaluate/query-set.ts'
import { writeJsonl } from './jsonl.ts'

/** `segue human-set FILE --out DIR`: conversations into a query set with people's judgements and its playlists. */
export const humanSet = defineCommand({
  meta: {
    name: 'human-set',
    description: 'Turn conversations about music into a query set that people judged',
  },
  args: {
    conversations: {
      type: 'positional',
      description: 'JSON Lines: id, requests, liked, disliked',
      required: true,
    },
    out: {
      type: 'string',
      description: 'Folder for queries.jsonl, qrels.tsv, kept.jsonl, refused.jsonl',
      required: true,
      valueHint: 'DIR',
    },
  },
  async run({ args }) {
    const [file = ''] = inputFiles([args.conversations], 'conversations')
    const { set, kept, refused } = await conversationSet('human', file)
    await writeQuerySet(args.out, set)
    await writeJsonl(join(args.out, 'kept.jsonl'), kept)
    await writeJsonl(join(args.out, 'refused.jsonl'), refused)
    const grades = [...set.qrels.values()].flatMap((judged) => [...judged.values()])
    const yes = grades.filter((grade) => grade > 0).length
    process.stdout.write(
      `${set.queries.length} conversations, ${kept.length} kept and ${refused.length} refused playlists; ${yes} pairs are relevant, ${grades.length - yes} are not\n`,
    )
  },
})
