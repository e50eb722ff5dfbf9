import envSchema from 'env-schema'
import { type Static, Type } from 'typebox'
import { SegueError } from './domain/errors.ts'
import { CANDIDATES } from './search/request.ts'

const text = (fallback: string, description: string) => Type.String({ default: fallback, description })
const flag = (description: string) => Type.Boolean({ default: false, description })
const count = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description })

/** Every variable of the service. The table in the README is printed from here (`npm run config-table`). */
export const ConfigSchema = Type.Object({
  PORT: count(3000, 0, 65_535, 'TCP port; 0 takes a free one'),
  HOST: text('127.0.0.1', 'Address to listen on; 0.0.0.0 in a container'),
  MODEL_DIR: text('models/segue-minilm-v1', 'Folder of the bi-encoder'),
  INDEX_DIR: text('index-data/demo', 'Folder of the index bundle'),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'Least level that is logged' },
  ),
  LOG_QUERIES: flag('Write query text to the log; it is personal data in many places'),
  TRUST_PROXY: flag('Believe X-Forwarded-* headers'),

  EXECUTION_PROVIDERS: text(
    'cpu',
    'Providers in order of preference: cuda,cpu or webgpu,cpu, coreml, dml ...',
  ),
  STRICT_PROVIDERS: flag('Refuse to start on any provider but the first'),
  EMBED_WORKERS: count(0, 0, 64, 'Embedding threads; 0 chooses by the cores'),
  EMBED_QUEUE_MAX: count(
    256,
    1,
    100_000,
    'Texts that may wait for a thread before requests are refused (503)',
  ),
  EMBED_TIMEOUT_MS: count(2000, 10, 60_000, 'Longest wait for one embedding, the queue included'),
  EMBED_BATCH_MAX: count(
    32,
    1,
    512,
    'Largest batch on a GPU provider; the CPU always runs one text at a time',
  ),
  EMBED_BATCH_WAIT_MS: count(2, 0, 100, 'Longest wait for a batch to fill on a GPU provider'),

  CANDIDATES: count(CANDIDATES, 10, 1000, 'Candidates from each leg (vector, text) for each kind'),
  MIN_SCORE: Type.Number({
    default: -1,
    minimum: -1,
    maximum: 1,
    description:
      'When even the best hit scores less, the answer is empty; -1 takes the value tuned for the ranking',
  }),

  REDIS_URL: text(
    '',
    'redis:// or rediss:// address of the shared cache; empty keeps the cache in the process',
  ),
  REDIS_TIMEOUT_MS: count(5, 1, 1000, 'After this long a silent Redis counts as a miss'),
  CACHE_TTL_SECONDS: count(3600, 1, 604_800, 'Life of a cached ranking'),
  CACHE_TTL_JITTER: Type.Number({
    default: 0.1,
    minimum: 0,
    maximum: 1,
    description: 'Share of that life by which an entry may die earlier, so that they do not die together',
  }),
  CACHE_MEMORY_ENTRIES: count(10_000, 0, 10_000_000, 'Rankings kept in the process; 0 keeps none'),
  CACHE_MEMORY_MB: count(32, 1, 4096, 'Memory for the cache in the process'),

  EVENTS: Type.Union([Type.Literal('off'), Type.Literal('jsonl'), Type.Literal('redis')], {
    default: 'off',
    description: 'Where searches and what listeners did are written',
  }),
  EVENTS_DIR: text('data/events', 'Folder of the JSONL files (EVENTS=jsonl)'),
  EVENTS_REDIS_URL: text('', 'Redis of the event stream (EVENTS=redis); empty takes REDIS_URL'),
  EVENTS_SALT: text('', 'Secret that user ids are hashed with; needed when EVENTS is not off'),

  BODY_LIMIT_BYTES: count(1_048_576, 1024, 67_108_864, 'Largest request body'),
  SHUTDOWN_TIMEOUT_MS: count(
    10_000,
    100,
    300_000,
    'Time for answers in flight before the process ends all the same',
  ),
})
export type Config = Readonly<Static<typeof ConfigSchema>>

/**
 * Reads the configuration from environment variables.
 *
 * @throws SegueError `invalid_config` that names the variable and what would be right
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name in ConfigSchema.properties && value !== ''),
  )
  let config: Config
  try {
    config = envSchema<Config>({ schema: ConfigSchema, data: given, env: false, dotenv: false })
  } catch (error) {
    throw configError(error)
  }
  if (config.EVENTS !== 'off' && config.EVENTS_SALT.length < 16) {
    throw new SegueError('invalid_config', `EVENTS=${config.EVENTS} needs a salt for user ids`, {
      field: 'EVENTS_SALT',
      expected: 'at least 16 random characters, kept secret',
    })
  }
  if (config.EVENTS === 'redis' && !config.EVENTS_REDIS_URL && !config.REDIS_URL) {
    throw new SegueError('invalid_config', 'EVENTS=redis needs a Redis', {
      field: 'EVENTS_REDIS_URL',
      expected: 'a redis:// or rediss:// URL, here or in REDIS_URL',
    })
  }
  return config
}

/** The providers asked for, in order of preference. */
export function executionProviders(config: Config): string[] {
  return config.EXECUTION_PROVIDERS.split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

function configError(error: unknown): SegueError {
  const first = (error as { errors?: { instancePath?: string; message?: string }[] }).errors?.[0]
  const field = first?.instancePath?.replace('/', '') ?? 'environment'
  return new SegueError(
    'invalid_config',
    `The environment variable ${field} ${first?.message ?? 'is not valid'}`,
    {
      field,
      expected: 'see the configuration table in the README',
      cause: error,
    },
  )
}
